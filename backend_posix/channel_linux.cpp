/// \file
/// Channels as Unix sockets of type SOCK_SEQPACKET.
///
/// Every message is one datagram, so the kernel sends it whole or not at all, gives it whole to one receiver, and never
/// mixes two: any number of processes may send and receive on the same end, and any of them may be killed at any instant.
///
/// | a process dies                     | what is left                                                       |
/// |------------------------------------|--------------------------------------------------------------------|
/// | before sendmsg                     | nothing; its segment had no name and goes with its last descriptor |
/// | after sendmsg                      | the message, with its descriptors, in the socket                   |
/// | after recvmsg                      | nothing: the message was the dead process's own                    |
/// | the last holder of the other end   | queued messages can still be received, then the end is seen        |

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

#include <array>
#include <cerrno>
#include <cstring>

namespace spork::platform {

namespace {

/// Larger payloads go into a segment. A quarter of the default socket buffer (212 992 bytes), so that several messages
/// fit; a datagram larger than the buffer could never be sent.
constexpr std::size_t inline_limit = std::size_t{48} * 1024;
constexpr std::size_t largest_datagram = sizeof(FrameHeader) + inline_limit;

/// Whether only readiness ends a wait.
bool is_unlimited(const Patience& patience) noexcept {
    return !patience.deadline && patience.stop == no_handle;
}

/// A socket end whose peer vanished with unread data reports that once before what it still holds.
bool is_passing_reset(int number) noexcept {
    return number == ECONNRESET;
}

std::error_code send_error() noexcept {
    return errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN ? std::make_error_code(std::errc::broken_pipe)
                                                                      : last_error();
}

/// One try. A small message without descriptors is put together here: the plain call is cheaper than one that takes a list.
bool try_datagram(int socket, const FrameHeader& header, std::span<const std::byte> payload,
                  std::span<const int> descriptors, int flags) noexcept {
    std::array<std::byte, 256> whole;
    if (descriptors.empty() && sizeof header + payload.size() <= whole.size()) {
        std::memcpy(whole.data(), &header, sizeof header);
        if (!payload.empty()) {
            std::memcpy(whole.data() + sizeof header, payload.data(), payload.size());
        }
        ssize_t sent;
        do {
            sent = ::send(socket, whole.data(), sizeof header + payload.size(), flags);
        } while (sent < 0 && errno == EINTR);
        return sent >= 0;
    }
    std::array<iovec, 2> parts{{{const_cast<FrameHeader*>(&header), sizeof header},
                                {const_cast<std::byte*>(payload.data()), payload.size()}}};
    return send_with_descriptors(socket, parts, descriptors, flags) >= 0;
}

std::error_code send_datagram(int socket, const FrameHeader& header, std::span<const std::byte> payload,
                              std::span<const int> descriptors, const Patience& patience) noexcept {
    const int flags = MSG_NOSIGNAL | (is_unlimited(patience) ? 0 : MSG_DONTWAIT);
    for (;;) {
        if (try_datagram(socket, header, payload, descriptors, flags)) {
            return {};
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK) {
            return send_error();
        }
        if (const auto error = wait_until_ready(socket, POLLOUT, patience)) {
            return error;
        }
    }
}

}  // namespace

Result<ChannelPair> make_channel(bool) noexcept {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
        return last_error();
    }
    Handle first(ends[0]);
    Handle second(ends[1]);
    auto moved_first = above_standard_streams(std::move(first));
    auto moved_second = above_standard_streams(std::move(second));
    if (!moved_first || !moved_second) {
        return moved_first ? moved_second.error() : moved_first.error();
    }
    return ChannelPair{std::move(*moved_first), std::move(*moved_second)};
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
    FrameHeader header{FrameHeader::inline_magic, static_cast<std::uint32_t>(count), message.size()};
    if (message.size() <= inline_limit) {
        const auto error = send_datagram(socket, header, message, {descriptors.data(), count}, patience);
        if (!error || error != std::errc::message_size) {  // EMSGSIZE: a socket buffer smaller than any system's default
            return error;
        }
    }
    const auto segment = make_payload(message);
    if (!segment) {
        return segment.error();
    }
    header.magic = FrameHeader::segment_magic;
    descriptors[count++] = descriptor(*segment);
    return send_datagram(socket, header, {}, {descriptors.data(), count}, patience);
}

std::error_code channel_receive(RawHandle channel, Message& message, const Patience& patience) noexcept {
    const int socket = static_cast<int>(channel);
    message.handles.clear();
    message.bytes = {};
    try {
        if (message.storage.size() < largest_datagram) {
            message.storage.resize(largest_datagram);
        }
    } catch (const std::bad_alloc&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
    std::array<iovec, 1> parts{{{message.storage.data(), message.storage.size()}}};
    Spinner spinner;
    const bool unlimited = is_unlimited(patience);
    ReceivedBytes received;
    for (;;) {
        // Where nothing else may end the wait, the call sleeps itself: one system call instead of three.
        const int flags = unlimited && !spinner.spins() ? 0 : MSG_DONTWAIT;
        received = receive_with_descriptors(socket, parts, message.handles, flags);
        if (received.size >= 0) {
            spinner.ended();
            break;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!spinner.again() && (flags == 0 || !unlimited)) {
                if (const auto error = wait_until_ready(socket, POLLIN, patience)) {
                    return error;
                }
            }
        } else if (!is_passing_reset(errno)) {
            return last_error();
        }
    }
    if (received.size == 0) {
        // The end brings no descriptors; an empty datagram, which no sender of ours writes, may.
        const bool end = message.handles.empty() && !received.lost_handles;
        message.handles.clear();
        return std::make_error_code(end ? std::errc::connection_reset : std::errc::bad_message);
    }
    if (received.lost_handles) {
        message.handles.clear();
        return error_of(EMFILE);
    }
    const auto size = static_cast<std::size_t>(received.size);
    FrameHeader header;
    if (size >= sizeof header) {
        std::memcpy(&header, message.storage.data(), sizeof header);
    }
    if (received.truncated || size < sizeof header ||
        !plausible(header, message.handles.size(), inline_limit)) {
        message.handles.clear();
        return std::make_error_code(std::errc::bad_message);
    }
    if (header.magic == FrameHeader::segment_magic) {
        const Handle segment = std::move(message.handles.back());
        message.handles.pop_back();
        if (const auto error = read_payload(descriptor(segment), header.size, message.storage)) {
            message.handles.clear();
            return error;
        }
        message.bytes = std::span(message.storage).first(header.size);
    } else if (size == sizeof header + header.size) {
        message.bytes = std::span(message.storage).subspan(sizeof header, header.size);
    } else {
        message.handles.clear();
        return std::make_error_code(std::errc::bad_message);
    }
    return {};
}

}  // namespace spork::platform
