/// \file
/// Channels as Unix stream sockets, for systems whose Unix sockets keep no message boundaries (Darwin).
///
/// A frame is a header and at most `inline_limit` bytes; larger payloads go into a segment. So frames are small enough to
/// be written by one call. Limits that this variant cannot lift, and the Linux one does not have: when several processes
/// receive on one end at the same time their frames may mix, and a sender that is killed while the socket is nearly full
/// may leave the beginning of a frame, which receivers report as a corrupt message.

#include "descriptor.hpp"
#include "descriptor_passing.hpp"
#include "error.hpp"
#include "frame.hpp"
#include "segment.hpp"
#include "spinner.hpp"
#include "waiting.hpp"

#include "platform/channel.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <mutex>

namespace spork::platform {

namespace {

constexpr std::size_t inline_limit = std::size_t{8} * 1024;

/// Darwin's default of 8 KiB would make senders wait after one message.
constexpr int buffer_size = 256 * 1024;

#ifdef MSG_NOSIGNAL
constexpr int no_signal = MSG_NOSIGNAL;
#else
constexpr int no_signal = 0;  // Darwin: SO_NOSIGPIPE on the socket
#endif

/// Threads of this process that use one end take turns; which of a few locks they share does not matter.
std::mutex& turn(int socket, bool sending) noexcept {
    static std::array<std::mutex, 64> sending_turns;
    static std::array<std::mutex, 64> receiving_turns;
    return (sending ? sending_turns : receiving_turns)[static_cast<unsigned>(socket) % 64];
}

std::error_code prepare(int socket) noexcept {
    ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &buffer_size, sizeof buffer_size);
    ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &buffer_size, sizeof buffer_size);
#ifdef SO_NOSIGPIPE
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    return close_on_exec(socket);
}

std::error_code send_error() noexcept {
    return errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN ? std::make_error_code(std::errc::broken_pipe)
                                                                      : last_error();
}

/// Sends header and payload. Once a part is out, the rest follows whatever the deadline says.
std::error_code send_frame(int socket, FrameHeader header, std::span<const std::byte> payload,
                           std::span<const int> descriptors, const Patience& patience) noexcept {
    const std::lock_guard hold(turn(socket, true));
    std::array<iovec, 2> parts{{{&header, sizeof header}, {const_cast<std::byte*>(payload.data()), payload.size()}}};
    bool begun = false;
    while (parts[0].iov_len + parts[1].iov_len != 0) {
        const ssize_t sent = send_with_descriptors(socket, parts, begun ? std::span<const int>() : descriptors,
                                                   no_signal | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
            return send_error();
        }
        if (sent < 0) {
            if (const auto error = wait_until_ready(socket, POLLOUT, begun ? Patience() : patience)) {
                return error;
            }
            continue;
        }
        begun = true;
        auto left = static_cast<std::size_t>(sent);
        for (iovec& part : parts) {
            const std::size_t taken = left < part.iov_len ? left : part.iov_len;
            part.iov_base = static_cast<std::byte*>(part.iov_base) + taken;
            part.iov_len -= taken;
            left -= taken;
        }
    }
    return {};
}

/// Receives exactly `size` bytes. The end of the stream is connection_reset before the first byte and bad_message after.
std::error_code receive_exactly(int socket, std::byte* out, std::size_t size, std::vector<Handle>& handles,
                                const Patience& patience) noexcept {
    Spinner spinner;
    for (std::size_t done = 0; done < size;) {
        std::array<iovec, 1> part{{{out + done, size - done}}};
        const ReceivedBytes received = receive_with_descriptors(socket, part, handles, MSG_DONTWAIT);
        if (received.size == 0) {
            return std::make_error_code(done == 0 ? std::errc::connection_reset : std::errc::bad_message);
        }
        if (received.lost_handles) {
            return error_of(EMFILE);
        }
        if (received.size > 0) {
            done += static_cast<std::size_t>(received.size);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!spinner.again()) {
                if (const auto error = wait_until_ready(socket, POLLIN, done == 0 ? patience : Patience())) {
                    return error;
                }
            }
        } else if (errno != ECONNRESET) {
            return last_error();
        }
    }
    spinner.ended();
    return {};
}

}  // namespace

Result<ChannelPair> make_channel(bool) noexcept {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0) {
        return last_error();
    }
    auto first = above_standard_streams(Handle(ends[0]));
    auto second = above_standard_streams(Handle(ends[1]));
    if (!first || !second) {
        return first ? second.error() : first.error();
    }
    for (const Handle* end : {&*first, &*second}) {
        if (const auto error = prepare(descriptor(*end))) {
            return error;
        }
    }
    return ChannelPair{std::move(*first), std::move(*second)};
}

std::error_code channel_send(RawHandle channel, std::span<const std::byte> message,
                             std::span<const Attachment> attachments, const Patience& patience,
                             ProcessHandle) noexcept {
    if (attachments.size() > max_attachments) {
        return std::make_error_code(std::errc::argument_list_too_long);
    }
    std::array<int, max_descriptors> descriptors;
    std::size_t count = 0;
    for (const Attachment& attachment : attachments) {
        descriptors[count++] = static_cast<int>(attachment.handle);
    }
    FrameHeader header{FrameHeader::inline_magic, static_cast<std::uint32_t>(count), message.size()};
    if (message.size() <= inline_limit) {
        return send_frame(static_cast<int>(channel), header, message, {descriptors.data(), count}, patience);
    }
    const auto segment = make_segment(message);
    if (!segment) {
        return segment.error();
    }
    header.magic = FrameHeader::segment_magic;
    descriptors[count++] = descriptor(*segment);
    return send_frame(static_cast<int>(channel), header, {}, {descriptors.data(), count}, patience);
}

std::error_code channel_receive(RawHandle channel, Message& message, const Patience& patience) noexcept {
    const int socket = static_cast<int>(channel);
    const std::lock_guard hold(turn(socket, false));
    message.handles.clear();
    message.bytes = {};
    FrameHeader header;
    if (const auto error = receive_exactly(socket, reinterpret_cast<std::byte*>(&header), sizeof header,
                                           message.handles, patience)) {
        message.handles.clear();
        return error;
    }
    if (!plausible(header, message.handles.size(), inline_limit)) {
        message.handles.clear();
        return std::make_error_code(std::errc::bad_message);
    }
    if (header.magic == FrameHeader::segment_magic) {
        const Handle segment = std::move(message.handles.back());
        message.handles.pop_back();
        if (const auto error = read_segment(descriptor(segment), header.size, message.storage)) {
            message.handles.clear();
            return error;
        }
    } else {
        try {
            message.storage.resize(header.size);
        } catch (const std::bad_alloc&) {
            return std::make_error_code(std::errc::not_enough_memory);
        }
        if (header.size != 0) {
            if (const auto error =
                    receive_exactly(socket, message.storage.data(), header.size, message.handles, Patience())) {
                message.handles.clear();
                return error == std::errc::connection_reset ? std::make_error_code(std::errc::bad_message) : error;
            }
        }
    }
    message.bytes = std::span(message.storage).first(header.size);
    return {};
}

}  // namespace spork::platform
