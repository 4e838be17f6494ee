#include "descriptor_passing.hpp"

#include "descriptor.hpp"

#include <cerrno>
#include <cstring>

namespace spork::platform {

namespace {

struct alignas(cmsghdr) ControlBuffer {
    char bytes[CMSG_SPACE(max_descriptors * sizeof(int))];
};

// Linux sets the flag while it installs the descriptor; elsewhere it is set right afterwards, and a process that forks
// and executes in between on its own account may leak it.
#ifdef MSG_CMSG_CLOEXEC
constexpr int receive_flags = MSG_CMSG_CLOEXEC;
#else
constexpr int receive_flags = 0;
#endif

}  // namespace

ssize_t send_with_descriptors(int socket, std::span<iovec> parts, std::span<const int> descriptors,
                              int flags) noexcept {
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(parts.size());
    ControlBuffer control;
    if (!descriptors.empty()) {
        const std::size_t size = descriptors.size_bytes();
        message.msg_control = control.bytes;
        message.msg_controllen = static_cast<decltype(message.msg_controllen)>(CMSG_SPACE(size));
        cmsghdr* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = static_cast<decltype(header->cmsg_len)>(CMSG_LEN(size));
        std::memcpy(CMSG_DATA(header), descriptors.data(), size);
    }
    ssize_t sent;
    do {
        sent = ::sendmsg(socket, &message, flags);
    } while (sent < 0 && errno == EINTR);
    return sent;
}

ReceivedBytes receive_with_descriptors(int socket, std::span<iovec> parts, std::vector<Handle>& handles,
                                       int flags) noexcept {
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(parts.size());
    ControlBuffer control;
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    ReceivedBytes received;
    do {
        received.size = ::recvmsg(socket, &message, flags | receive_flags);
    } while (received.size < 0 && errno == EINTR);
    if (received.size < 0) {
        return received;
    }
    received.truncated = (message.msg_flags & MSG_TRUNC) != 0;
    received.lost_handles = (message.msg_flags & MSG_CTRUNC) != 0;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int descriptor;
            std::memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
            Handle arrived(descriptor);
            if (receive_flags == 0) {
                close_on_exec(descriptor);
            }
            auto placed = above_standard_streams(std::move(arrived));
            received.lost_handles = received.lost_handles || !placed;
            handles.push_back(placed ? std::move(*placed) : Handle());
        }
    }
    return received;
}

/// They are the kernel's.
bool unread_handles_stay() noexcept {
    return false;
}

}  // namespace spork::platform
