#pragma once

/// \file
/// Named pipes that only this user can open, under names that nobody can guess.

#include "windows_api.hpp"

#include <array>
#include <cstddef>

namespace spork::platform::win32 {

/// 128 random bits.
using PipeKey = std::array<std::byte, 16>;

/// A whole name, ended by a zero.
using PipeName = std::array<wchar_t, 48>;

Result<PipeKey> random_pipe_key() noexcept;

/// The server's end: one instance, overlapped, messages, no remote clients. `mode` is PIPE_ACCESS_*;
/// `capacity` is how many bytes may lie in the pipe before a writer blocks.
Result<Handle> create_pipe_server(const PipeKey& key, DWORD mode, DWORD capacity) noexcept;

/// The client's end, overlapped. `access` is GENERIC_READ, GENERIC_WRITE or both.
Result<Handle> open_pipe_client(const PipeKey& key, DWORD access) noexcept;

/// The name of the pipe that `end` belongs to. A pipe that was not made here has none: the name is empty.
PipeName name_of_pipe(HANDLE end) noexcept;

/// Whether the server's end of the pipe is open in any process.
bool server_is_open(const PipeName& name) noexcept;

}  // namespace spork::platform::win32
