#pragma once

/// \file
/// How a child ends when it crashes.

namespace spork::platform::win32 {

/// Arranges that abort(), raise() of a deadly signal and unhandled hardware exceptions end this process at once,
/// without a dialog, with an exit code from which the parent can tell the signal.
void install_fatal_exits() noexcept;

}  // namespace spork::platform::win32
