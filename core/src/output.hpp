#pragma once

/// \file
/// What the program has printed and its libraries hold back.

namespace spork::detail {

/// To be called by init, before the program can give the standard streams other buffers.
void remember_output() noexcept;

/// Writes it out. Streams that are closed or broken are left alone.
void flush_output() noexcept;

}  // namespace spork::detail
