#include "socket_handle.hpp"

#include "error.hpp"

namespace spork::platform::win32 {

namespace {

/// Winsock counts its users; this one never leaves, so that sockets still close in late destructors.
int start_winsock() noexcept {
    static const int outcome = [] {
        WSADATA about;
        return WSAStartup(MAKEWORD(2, 2), &about);
    }();
    return outcome;
}

}  // namespace

Result<SocketTicket> issue_socket_ticket(RawHandle socket, DWORD receiver) noexcept {
    if (const int failure = start_winsock(); failure != 0) {
        return windows_error(static_cast<DWORD>(failure));
    }
    SocketTicket ticket{};
    if (WSADuplicateSocketW(native_socket(socket), receiver, &ticket) != 0) {
        return last_socket_error();
    }
    return ticket;
}

Result<RawHandle> open_socket_ticket(SocketTicket& ticket) noexcept {
    if (const int failure = start_winsock(); failure != 0) {
        return windows_error(static_cast<DWORD>(failure));
    }
    const SOCKET socket = WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &ticket, 0,
                                     WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    if (socket == INVALID_SOCKET) {
        return last_socket_error();
    }
    // The flag above is about new sockets; a copy made by WSADuplicateSocket may keep the inheritance of the first one.
    SetHandleInformation(native(raw_socket(socket)), HANDLE_FLAG_INHERIT, 0);
    return raw_socket(socket);
}

Result<RawHandle> duplicate_socket(RawHandle socket) noexcept {
    Result<SocketTicket> ticket = issue_socket_ticket(socket, GetCurrentProcessId());
    if (!ticket) {
        return ticket.error();
    }
    return open_socket_ticket(*ticket);
}

}  // namespace spork::platform::win32
