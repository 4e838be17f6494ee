#pragma once

/// \file
/// The values of all spork::Global variables, on their way into a child.

#include <spork/archive.hpp>

namespace spork::detail {

/// Writes the position and value of every Global of this process. Throws TransferError when a value cannot be encoded.
void write_globals(Writer& writer);

/// Sets the Globals of this process. Those of images that are not loaded yet are kept until they are.
void read_globals(Reader& reader);

/// Sets the Globals of an image that was just loaded.
void apply_pending_globals();

}  // namespace spork::detail
