// Messages on a named pipe in message mode (made in channel_pair.cpp).
//
// A message is one WriteFile and is read by one ReadFile, so that the system itself keeps messages whole: of a process
// that is killed inside send the pipe keeps everything or nothing, one that gives up withdraws everything or nothing,
// and several processes and threads may send and receive on one end at once without a lock. The price is that a reader
// needs room for any message before it knows its size. So messages are small: the body of a larger one travels outside
// the pipe (bulk.hpp), and its ticket is made too large for the pipe's buffer, so that sending it lasts until it is
// received, as sending anything does that does not fit into a full pipe.

#include "platform/channel.hpp"

#include "bulk.hpp"
#include "channel_limits.hpp"
#include "error.hpp"
#include "handle_transfer.hpp"
#include "overlapped.hpp"
#include "pipe_probe.hpp"
#include "windows_api.hpp"
#include "wire.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>

namespace spork::platform {

namespace {

using namespace win32;

/// In front of every message.
struct Header {
    std::uint32_t magic = 0;
    std::uint32_t attachments = 0;
    std::uint64_t payload = 0;  ///< bytes; in the body, what follows them describes the attachments
};

constexpr std::uint32_t magic_body = 0x314b5053;    // "SPK1": the body follows
constexpr std::uint32_t magic_ticket = 0x324b5053;  // "SPK2": a BulkTicket follows

/// Messages up to this size are put together on the stack.
constexpr std::size_t small_message = 2048;

std::error_code bad_message() noexcept {
    return std::make_error_code(std::errc::bad_message);
}

void start_read(Operation& read, HANDLE pipe, MessageMemory& storage) noexcept {
    read.start([&](OVERLAPPED* overlapped) {
        return ReadFile(pipe, storage.data(), static_cast<DWORD>(read_size), nullptr, overlapped);
    });
}

/// Drops what is left of a message that is larger than any of ours.
void drop_rest(HANDLE pipe, MessageMemory& storage) noexcept {
    for (DWORD error = ERROR_MORE_DATA; error == ERROR_MORE_DATA;) {
        Operation read(pipe);
        start_read(read, pipe, storage);
        error = read.withdraw().error;
    }
}

/// Reads what comes next, whole, to the front of `storage`.
std::error_code read_whole(HANDLE pipe, MessageMemory& storage, std::size_t& size, const Patience& patience) {
    if (storage.size() < read_size) {
        storage.resize(read_size);
    }
    if (has_passed(patience.deadline)) {
        // One call to hear "nothing there", instead of the three of a read that is withdrawn at once.
        std::size_t next = 0;
        if (const std::error_code error = next_message_size(pipe, next); error || next == 0) {
            return error ? error : std::make_error_code(std::errc::timed_out);
        }
    }
    Operation read(pipe);
    start_read(read, pipe, storage);
    const Completion completion = read.wait(patience);
    if (completion.cut_short) {
        return completion.cut_short;
    }
    if (completion.error == ERROR_MORE_DATA) {
        drop_rest(pipe, storage);
        return bad_message();
    }
    size = completion.bytes;
    return completion.error == ERROR_SUCCESS ? std::error_code() : receive_error(completion.error);
}

std::error_code open_body(const Header& header, std::span<const std::byte> body, RawHandle stop, Message& message) {
    if (header.attachments > max_attachments || header.payload > body.size()) {
        return bad_message();
    }
    const auto payload = static_cast<std::size_t>(header.payload);
    if (const auto error = take_handles(body.subspan(payload), header.attachments, stop, message.handles)) {
        return error;
    }
    message.bytes = body.first(payload);
    return {};
}

std::error_code receive(HANDLE pipe, Message& message, const Patience& patience) {
    for (;;) {
        std::size_t size = 0;
        if (const std::error_code error = read_whole(pipe, message.storage, size, patience)) {
            return error;
        }
        std::span<const std::byte> rest = std::span<const std::byte>(message.storage).first(size);
        const std::optional<Header> header = take_value<Header>(rest);
        if (header && header->magic == magic_body) {
            return open_body(*header, rest, patience.stop, message);
        }
        const std::optional<BulkTicket> ticket = take_value<BulkTicket>(rest);
        if (!header || header->magic != magic_ticket || !ticket) {
            return bad_message();
        }
        const std::error_code error = take_bulk(*ticket, message.storage);
        if (!error) {
            const auto body = std::span<const std::byte>(message.storage).first(static_cast<std::size_t>(ticket->size));
            return open_body(*header, body, patience.stop, message);
        }
        if (error != std::errc::owner_dead) {
            return error;
        }
        // The sender died or gave up before the body was taken, so this message was never sent.
    }
}

std::error_code write_whole(HANDLE pipe, std::span<const std::byte> whole, const Patience& patience) noexcept {
    Operation write(pipe);
    write.start([&](OVERLAPPED* overlapped) {
        return WriteFile(pipe, whole.data(), static_cast<DWORD>(whole.size()), nullptr, overlapped);
    });
    const Completion completion = write.wait(patience);
    if (completion.cut_short) {
        return completion.cut_short;
    }
    return completion.error == ERROR_SUCCESS ? std::error_code() : send_error(completion.error);
}

std::error_code send_in_pipe(HANDLE pipe, const Header& header, std::span<const std::byte> payload,
                             std::span<const std::byte> trailer, const Patience& patience) {
    const std::size_t size = sizeof header + payload.size() + trailer.size();
    std::array<std::byte, small_message> on_stack;
    std::unique_ptr<std::byte[]> on_heap;
    std::byte* whole = on_stack.data();
    if (size > on_stack.size()) {
        on_heap = std::make_unique_for_overwrite<std::byte[]>(size);
        whole = on_heap.get();
    }
    std::memcpy(whole, &header, sizeof header);
    std::ranges::copy(payload, whole + sizeof header);
    std::ranges::copy(trailer, whole + sizeof header + payload.size());
    return write_whole(pipe, {whole, size}, patience);
}

std::error_code send_as_ticket(HANDLE pipe, const Header& header, std::span<const std::byte> payload,
                               std::span<const std::byte> trailer, const Patience& patience, ProcessHandle receiver) {
    OutgoingBulk bulk;
    if (const std::error_code error = bulk.prepare(payload, trailer, receiver)) {
        return error;
    }
    std::vector<std::byte> whole;
    whole.reserve(ticket_size);
    append_value(whole, header);
    append_value(whole, bulk.ticket());
    if (receiver == no_handle) {
        whole.resize(ticket_size);  // a receiver that has the body already need not be waited for
    }
    const std::error_code error = write_whole(pipe, whole, patience);
    if (!error) {
        bulk.sent(pipe, patience.deadline);
    }
    return error;
}

std::error_code send(HANDLE pipe, std::span<const std::byte> payload, std::span<const Attachment> attachments,
                     const Patience& patience, ProcessHandle receiver) {
    if (attachments.size() > max_attachments) {
        return std::make_error_code(std::errc::argument_list_too_long);
    }
    OutgoingHandles handles;
    if (const std::error_code error = handles.prepare(attachments, receiver)) {
        return error;
    }
    const std::span<const std::byte> trailer = handles.trailer();
    Header header{magic_body, static_cast<std::uint32_t>(attachments.size()), payload.size()};
    std::error_code error;
    if (payload.size() <= largest_in_pipe && sizeof header + payload.size() + trailer.size() <= largest_in_pipe) {
        error = send_in_pipe(pipe, header, payload, trailer, patience);
    } else {
        header.magic = magic_ticket;
        error = send_as_ticket(pipe, header, payload, trailer, patience, receiver);
    }
    if (!error) {
        handles.sent(raw(pipe));
    }
    return error;
}

}  // namespace

std::error_code channel_send(RawHandle channel, std::span<const std::byte> message,
                             std::span<const Attachment> attachments, const Patience& patience,
                             ProcessHandle receiver) noexcept {
    try {
        return send(native(channel), message, attachments, patience, receiver);
    } catch (const std::exception&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

std::error_code channel_receive(RawHandle channel, Message& message, const Patience& patience) noexcept {
    message.bytes = {};
    message.handles.clear();
    try {
        return receive(native(channel), message, patience);
    } catch (const std::exception&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

}  // namespace spork::platform
