#include "socket_poll.hpp"

#include <limits>

namespace spork::platform::win32 {

namespace {

constexpr DWORD afd_poll = 0x00012024;  // IOCTL_AFD_POLL

// What makes a read, an accept or a look at the error end at once.
constexpr ULONG event_receive = 0x0001;
constexpr ULONG event_disconnect = 0x0008;
constexpr ULONG event_abort = 0x0010;
constexpr ULONG event_closed_here = 0x0020;
constexpr ULONG event_accept = 0x0080;
constexpr ULONG event_connect_failed = 0x0100;

/// The driver's own handle below layered providers.
HANDLE driver_handle(RawHandle socket) noexcept {
    constexpr DWORD get_base_handle = 0x48000022;  // SIO_BASE_HANDLE, of mswsock.h
    SOCKET base = INVALID_SOCKET;
    DWORD size = 0;
    if (WSAIoctl(native_socket(socket), get_base_handle, nullptr, 0, &base, sizeof base, &size, nullptr, nullptr) !=
        0) {
        return native(socket);
    }
    return native(raw_socket(base));
}

}  // namespace

SocketPoll::SocketPoll(RawHandle socket) noexcept : operation_(driver_handle(socket)) {}

void SocketPoll::start() noexcept {
    request_.timeout.QuadPart = std::numeric_limits<LONGLONG>::max();
    request_.count = 1;
    request_.entry = {
        operation_.file(),
        event_receive | event_disconnect | event_abort | event_closed_here | event_accept | event_connect_failed, 0};
    operation_.hide_from_completion_ports();
    operation_.start([this](OVERLAPPED* overlapped) {
        return DeviceIoControl(operation_.file(), afd_poll, &request_, sizeof request_, &request_, sizeof request_,
                               nullptr, overlapped);
    });
}

}  // namespace spork::platform::win32
