#pragma once

/// \file
/// Finding out whether a socket can be read, without changing anything about it.

#include "overlapped.hpp"
#include "windows_api.hpp"

namespace spork::platform::win32 {

/// SocketPoll asks the socket driver itself, as select() does, but as an operation that can be waited for together with
/// others. The documented ways all touch the socket: WSAEventSelect makes it non-blocking and takes it away from
/// whoever selected on it before, a read of no bytes takes datagrams and does not work on a listening socket. (libuv
/// and wepoll stand on the same call.)
class SocketPoll {
public:
    explicit SocketPoll(RawHandle socket) noexcept;

    void start() noexcept;
    Operation& operation() noexcept { return operation_; }

private:
    struct Entry {
        HANDLE socket;
        ULONG events;
        LONG status;
    };
    /// The driver's AFD_POLL_INFO for one socket.
    struct Request {
        LARGE_INTEGER timeout;
        ULONG count;
        ULONG exclusive;
        Entry entry;
    };

    Request request_{};
    Operation operation_;
};

}  // namespace spork::platform::win32
