#include "targets.hpp"

#include "platform/channel.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace fuzz {

using namespace spork::platform;

namespace {

/// Sends what it is given as one datagram, with up to three descriptors: files of up to 64 bytes.
void send_raw(int socket, Bytes datagram, std::size_t descriptors) {
    std::vector<Handle> files;
    std::vector<int> numbers;
    for (std::size_t i = 0; i < descriptors; ++i) {
        files.emplace_back(RawHandle{memfd_create("fuzz", MFD_CLOEXEC)});
        numbers.push_back(static_cast<int>(files.back().get()));
        const auto content = datagram.last(std::min<std::size_t>(datagram.size(), 64));
        if (write(numbers.back(), content.data(), content.size()) < 0) {
            return;
        }
    }
    iovec part{const_cast<std::byte*>(datagram.data()), datagram.size()};
    std::vector<char> control(CMSG_SPACE(numbers.size() * sizeof(int)));
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!numbers.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        cmsghdr* const rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(numbers.size() * sizeof(int));
        std::memcpy(CMSG_DATA(rights), numbers.data(), numbers.size() * sizeof(int));
    }
    sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace

void frames(Bytes input) {
    auto pair = make_channel(true);
    if (!pair) {
        std::abort();
    }
    // Each datagram: how many descriptors, how many bytes, bytes.
    while (input.size() >= 2) {
        const auto descriptors = std::to_integer<std::size_t>(input[0]) % 4;
        const auto size = std::min<std::size_t>(std::to_integer<std::size_t>(input[1]), input.size() - 2);
        send_raw(static_cast<int>(pair->second.get()), input.subspan(2, size), descriptors);
        input = input.subspan(2 + size);
    }
    pair->second.reset();
    Message message;
    for (;;) {
        const auto error =
            channel_receive(pair->first.get(), message, {std::chrono::steady_clock::time_point::min(), no_handle});
        if (error && !message.handles.empty()) {
            std::abort();  // a refused message keeps nothing
        }
        if (error == std::errc::connection_reset || error == std::errc::timed_out) {
            return;
        }
    }
}

}  // namespace fuzz
