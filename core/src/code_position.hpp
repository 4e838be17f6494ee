#pragma once

/// \file
/// Where something lies in an image: what travels in place of an address.

#include <spork/archive.hpp>

#include "platform/image.hpp"

#include <cstdint>
#include <string>

namespace spork::detail {

/// A place in one build of one image.
struct CodePosition {
    platform::ImageId image{};
    std::uint64_t offset = 0;
    std::u8string path;  ///< where to load the image from; empty for the executable
};

/// The position of an address of this process. Throws TransferError when it lies in no image.
CodePosition position_of(const void* address);

/// The address here. Loads the image when it is not loaded. Throws TransferError that says what is
/// wrong: another build, an image that cannot be loaded, an offset outside of it.
const void* resolve(const CodePosition& position);

/// The address here if the image is loaded, else null.
const void* resolve_if_loaded(const CodePosition& position) noexcept;

/// Identity of the executable.
const platform::Image& main_image();

void write_position(Writer& writer, const CodePosition& position);
CodePosition read_position(Reader& reader);

}  // namespace spork::detail
