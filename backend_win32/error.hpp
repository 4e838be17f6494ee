#pragma once

/// \file
/// Translation of GetLastError() and WSAGetLastError(); nothing else in the backend makes a code from a system number.

#include "windows_api.hpp"

#include <system_error>

namespace spork::platform::win32 {

/// The system's own reason, in std::system_category (whose conditions compare equal to std::errc where they match).
std::error_code windows_error(DWORD number) noexcept;

/// Of the call that just failed. Never empty, even if that call forgot to set a number.
std::error_code last_error() noexcept;
std::error_code last_socket_error() noexcept;

/// Of a call that asks for memory or address space: whatever Windows is short of is std::errc::not_enough_memory.
std::error_code memory_error(DWORD number) noexcept;

/// Of a read or write on a channel: the numbers that mean "nobody holds the other end" become the codes of the seam.
std::error_code receive_error(DWORD number) noexcept;
std::error_code send_error(DWORD number) noexcept;

/// Whether a pipe call failed because nobody holds the other end.
bool means_gone(DWORD number) noexcept;

}  // namespace spork::platform::win32
