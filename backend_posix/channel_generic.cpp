/// \file
/// Channels as Unix stream sockets, for systems whose Unix sockets keep no message boundaries (Darwin).
///
/// Every frame has the same size, so that the boundaries need no keeping. It is written by one call and read by one call,
/// and both kernels treat such a call as a whole: Linux makes one buffer of it, Darwin writes nothing while there is no room
/// for its low-water mark, and gives a writer's bytes to the reader in one step (`sosend`, `uipc_send`). So, as with
/// datagrams, any number of processes may send and receive on one end, and any of them may be killed at any instant. The
/// table in channel_linux.cpp holds here too.
///
/// The price is that payloads over 2032 bytes go into a segment.

#include "descriptor.hpp"
#include "descriptor_passing.hpp"
#include "error.hpp"
#include "frame.hpp"
#include "payload.hpp"
#include "spinner.hpp"
#include "waiting.hpp"

#include "platform/channel.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace spork::platform {

namespace {

constexpr std::size_t inline_limit = stream_frame_size - sizeof(FrameHeader);

struct Frame {
    FrameHeader header;
    std::array<std::byte, inline_limit> payload{};  // zeros: what is not used must not tell what was on the stack
};
static_assert(sizeof(Frame) == stream_frame_size);

/// Darwin's default of 8 KiB has room for four frames.
constexpr int buffer_size = 256 * 1024;

#ifdef MSG_NOSIGNAL
constexpr int no_signal = MSG_NOSIGNAL;
#else
constexpr int no_signal = 0;  // Darwin: SO_NOSIGPIPE on the socket
#endif

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

std::error_code send_frame(int socket, const Frame& frame, std::span<const int> descriptors,
                           const Patience& patience) noexcept {
    std::array<iovec, 1> part{{{const_cast<Frame*>(&frame), sizeof frame}}};
    for (;;) {
        const ssize_t sent = send_with_descriptors(socket, part, descriptors, no_signal | MSG_DONTWAIT);
        if (sent == static_cast<ssize_t>(sizeof frame)) {
            return {};
        }
        if (sent >= 0) {
            return std::make_error_code(std::errc::io_error);  // a kernel that splits what fits; receivers notice
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK) {
            return send_error();
        }
        if (const auto error = wait_until_ready(socket, POLLOUT, patience)) {
            return error;
        }
    }
}

/// connection_reset at the end of the stream, bad_message for anything but a whole frame.
std::error_code receive_frame(int socket, Frame& frame, std::vector<Handle>& handles, const Patience& patience) noexcept {
    std::array<iovec, 1> part{{{&frame, sizeof frame}}};
    Spinner spinner;
    for (;;) {
        const ReceivedBytes received = receive_with_descriptors(socket, part, handles, MSG_DONTWAIT);
        if (received.size >= 0) {
            spinner.ended();
            if (received.size == 0) {
                return std::make_error_code(std::errc::connection_reset);
            }
            if (received.lost_handles) {
                return error_of(EMFILE);
            }
            const bool whole = received.size == static_cast<ssize_t>(sizeof frame) &&
                               plausible(frame.header, handles.size(), inline_limit);
            return whole ? std::error_code() : std::make_error_code(std::errc::bad_message);
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!spinner.again()) {
                if (const auto error = wait_until_ready(socket, POLLIN, patience)) {
                    return error;
                }
            }
        } else if (errno != ECONNRESET) {  // told once before what can still be received
            return last_error();
        }
    }
}

/// Where the frame says the payload is.
std::error_code take_payload(const Frame& frame, Message& message) noexcept {
    if (frame.header.magic == FrameHeader::segment_magic) {
        const Handle segment = std::move(message.handles.back());
        message.handles.pop_back();
        return read_payload(descriptor(segment), frame.header.size, message.storage);
    }
    try {
        message.storage.assign(frame.payload.data(), frame.payload.data() + frame.header.size);
    } catch (const std::bad_alloc&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
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
    const int socket = static_cast<int>(channel);
    Frame frame;
    frame.header = {FrameHeader::inline_magic, static_cast<std::uint32_t>(count), message.size()};
    if (message.size() <= inline_limit) {
        std::copy(message.begin(), message.end(), frame.payload.begin());
        return send_frame(socket, frame, {descriptors.data(), count}, patience);
    }
    const auto segment = make_payload(message);
    if (!segment) {
        return segment.error();
    }
    frame.header.magic = FrameHeader::segment_magic;
    descriptors[count++] = descriptor(*segment);
    return send_frame(socket, frame, {descriptors.data(), count}, patience);
}

std::error_code channel_receive(RawHandle channel, Message& message, const Patience& patience) noexcept {
    message.handles.clear();
    message.bytes = {};
    Frame frame;
    auto error = receive_frame(static_cast<int>(channel), frame, message.handles, patience);
    if (!error) {
        error = take_payload(frame, message);
    }
    if (error) {
        message.handles.clear();
        return error;
    }
    message.bytes = std::span(message.storage).first(frame.header.size);
    return {};
}

}  // namespace spork::platform
