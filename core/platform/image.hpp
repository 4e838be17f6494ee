#pragma once

/// \file
/// Identity of the executable and of shared libraries in this process.

#include "platform/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace spork::platform {

/// Names one build of one image: GNU build id, Mach-O UUID, or PE time stamp + size + checksum; where the linker wrote
/// none, a digest of the image's code. Equal means: the same offsets are the same functions.
using ImageId = std::array<std::byte, 24>;

struct Image {
    const std::byte* base = nullptr;  ///< load address; offsets count from here
    std::size_t size = 0;             ///< bytes that the image spans in memory
    ImageId id{};
    bool main = false;                ///< the executable itself
    std::filesystem::path path;       ///< absolute; where a plug-in can be loaded from
};

/// The executable itself.
Result<Image> main_image() noexcept;

/// The image that contains `address`. std::errc::bad_address when there is none.
Result<Image> image_at(const void* address) noexcept;

/// The loaded image of that identity; std::errc::no_such_file_or_directory when none is loaded.
Result<Image> find_image(const ImageId& id) noexcept;

/// Loads a shared library into this process for good, running its static initialisers.
std::error_code load_image(const std::filesystem::path& path) noexcept;

/// Absolute path of the running executable, never argv[0].
Result<std::filesystem::path> executable_path() noexcept;

}  // namespace spork::platform
