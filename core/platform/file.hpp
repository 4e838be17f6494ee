#pragma once

/// \file
/// Byte streams for the standard streams of children: files, the null device, pipes.

#include "platform/handle.hpp"

#include <cstddef>
#include <filesystem>
#include <span>

namespace spork::platform {

enum class FileMode : unsigned char { read, truncate, append };

/// Opens a file; append is atomic between processes on every system. Not inherited by children.
Result<Handle> open_file(const std::filesystem::path& path, FileMode mode) noexcept;

Result<Handle> open_null() noexcept;

/// A byte pipe.
struct BytePipe {
    Handle reader;
    Handle writer;
};
Result<BytePipe> make_byte_pipe() noexcept;

/// Reads at most `out.size()` bytes; 0 at the end. Blocks.
Result<std::size_t> read_some(RawHandle file, std::span<std::byte> out) noexcept;

/// Writes everything. std::errc::broken_pipe when nobody reads any more; never raises SIGPIPE.
std::error_code write_all(RawHandle file, std::span<const std::byte> data) noexcept;

}  // namespace spork::platform
