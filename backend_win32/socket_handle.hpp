#pragma once

/// \file
/// Copies of sockets. A SOCKET must not be inherited or given to DuplicateHandle: a layered provider would not know of
/// it, and Wine's child gets WSAENOTSOCK. WSADuplicateSocket is the one way.

#include "windows_api.hpp"

namespace spork::platform::win32 {

/// What a process needs to open a copy of a socket that was made for it.
using SocketTicket = WSAPROTOCOL_INFOW;

/// Makes a copy of `socket` that only the process `receiver` can open.
Result<SocketTicket> issue_socket_ticket(RawHandle socket, DWORD receiver) noexcept;

/// Opens the copy that was made for this process. Not inheritable.
Result<RawHandle> open_socket_ticket(SocketTicket& ticket) noexcept;

/// A second socket of this process.
Result<RawHandle> duplicate_socket(RawHandle socket) noexcept;

}  // namespace spork::platform::win32
