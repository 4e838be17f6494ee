// Messages on a named pipe in message mode (made in channel_pair.cpp). One message is one WriteFile, so the system
// itself keeps messages whole: of a process that is killed inside send the pipe keeps everything or nothing, and
// several senders never mix.
//
// Receiving keeps to the same: the size of the next message is asked first and the whole is read in one call, so that a
// sender can withdraw a message at any moment but never half of it. While one thread does these two steps no other
// thread of this process does them on the same handle. Two processes that receive from one end at the same instant can
// still cut a large message in two; both notice, and neither gets bytes that were not sent.

#include "platform/channel.hpp"

#include "error.hpp"
#include "handle_transfer.hpp"
#include "overlapped.hpp"
#include "pipe_probe.hpp"
#include "windows_api.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <limits>
#include <memory>

namespace spork::platform {

namespace {

using namespace win32;

/// In front of every message.
struct Header {
    std::uint32_t magic = 0;
    std::uint32_t attachments = 0;
    std::uint64_t payload = 0;  ///< bytes; what follows them describes the attachments
};

constexpr std::uint32_t our_magic = 0x314b5053;  // "SPK1"

/// Messages up to this size are put together on the stack.
constexpr std::size_t small_message = 2048;

/// The least that is read at once: whatever message comes next in place of the one whose size was asked mostly fits.
constexpr std::size_t least_storage = 16 * 1024;

/// Keeps the threads of this process apart between asking a message's size and reading it. Striped by handle.
class ReceiveTurn {
public:
    explicit ReceiveTurn(RawHandle channel) noexcept
        : lock_(locks[static_cast<std::size_t>(channel) / 4 % locks.size()]) {
        AcquireSRWLockExclusive(&lock_);
    }
    ~ReceiveTurn() { ReleaseSRWLockExclusive(&lock_); }
    ReceiveTurn(const ReceiveTurn&) = delete;
    ReceiveTurn& operator=(const ReceiveTurn&) = delete;

private:
    static inline std::array<SRWLOCK, 64> locks{};  // all zero is SRWLOCK_INIT

    SRWLOCK& lock_;
};

/// Reads from a pipe without waiting for a message.
Completion read_now(HANDLE pipe, std::span<std::byte> out) noexcept {
    Operation read(pipe);
    const auto size = static_cast<DWORD>(std::min<std::size_t>(out.size(), std::numeric_limits<DWORD>::max()));
    read.start([&](OVERLAPPED* overlapped) { return ReadFile(pipe, out.data(), size, nullptr, overlapped); });
    return read.withdraw();
}

/// Takes the next message out of the pipe. `size` is 0 when there was none after all.
std::error_code take_message(RawHandle channel, std::vector<std::byte>& storage, std::size_t& size) {
    const HANDLE pipe = native(channel);
    const ReceiveTurn turn(channel);
    std::size_t taken = 0;
    for (;;) {
        std::size_t next = 0;
        if (const std::error_code error = next_message_size(pipe, next)) {
            return error;
        }
        const std::size_t needed = std::max(taken + next, least_storage);
        if (storage.size() < needed) {
            storage.resize(needed);
        }
        if (next == 0) {
            break;
        }
        const Completion read = read_now(pipe, std::span(storage).subspan(taken));
        if (read.cut_short) {
            break;
        }
        taken += read.bytes;
        if (read.error == ERROR_SUCCESS) {
            size = taken;
            return {};
        }
        if (read.error != ERROR_MORE_DATA) {
            return receive_error(read.error);
        }
    }
    // Another process took the message, or the rest of one was withdrawn by its sender, which then did not send it.
    size = 0;
    return {};
}

/// Finds the parts of a message and takes its handles.
std::error_code open_message(std::span<const std::byte> whole, RawHandle stop, Message& message) {
    Header header;
    if (whole.size() < sizeof header) {
        return std::make_error_code(std::errc::bad_message);
    }
    std::memcpy(&header, whole.data(), sizeof header);
    const std::span<const std::byte> rest = whole.subspan(sizeof header);
    if (header.magic != our_magic || header.attachments > max_attachments || header.payload > rest.size()) {
        return std::make_error_code(std::errc::bad_message);
    }
    const auto payload = static_cast<std::size_t>(header.payload);
    const std::error_code error = take_handles(rest.subspan(payload), header.attachments, stop, message.handles);
    if (!error) {
        message.bytes = rest.first(payload);
    }
    return error;
}

std::error_code receive(RawHandle channel, Message& message, const Patience& patience) {
    for (;;) {
        if (const std::error_code error = await_message(native(channel), patience)) {
            return error;
        }
        std::size_t size = 0;
        if (const std::error_code error = take_message(channel, message.storage, size)) {
            return error;
        }
        if (size != 0) {
            return open_message(std::span<const std::byte>(message.storage).first(size), patience.stop, message);
        }
    }
}

std::error_code write_message(HANDLE pipe, std::span<const std::byte> whole, const Patience& patience) noexcept {
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

std::error_code send(RawHandle channel, std::span<const std::byte> payload, std::span<const Attachment> attachments,
                     const Patience& patience, ProcessHandle receiver) {
    if (attachments.size() > max_attachments) {
        return std::make_error_code(std::errc::argument_list_too_long);
    }
    OutgoingHandles handles;
    if (const std::error_code error = handles.prepare(attachments, receiver)) {
        return error;
    }
    const std::span<const std::byte> trailer = handles.trailer();
    const std::size_t size = sizeof(Header) + payload.size() + trailer.size();
    if (size > std::numeric_limits<DWORD>::max()) {
        return std::make_error_code(std::errc::message_size);
    }

    std::array<std::byte, small_message> on_stack;
    std::unique_ptr<std::byte[]> on_heap;
    std::byte* whole = on_stack.data();
    if (size > on_stack.size()) {
        on_heap = std::make_unique_for_overwrite<std::byte[]>(size);
        whole = on_heap.get();
    }
    const Header header{our_magic, static_cast<std::uint32_t>(attachments.size()), payload.size()};
    std::memcpy(whole, &header, sizeof header);
    std::ranges::copy(payload, whole + sizeof header);
    std::ranges::copy(trailer, whole + sizeof header + payload.size());

    const std::error_code error = write_message(native(channel), {whole, size}, patience);
    if (!error) {
        handles.sent();
    }
    return error;
}

}  // namespace

std::error_code channel_send(RawHandle channel, std::span<const std::byte> message,
                             std::span<const Attachment> attachments, const Patience& patience,
                             ProcessHandle receiver) noexcept {
    try {
        return send(channel, message, attachments, patience, receiver);
    } catch (const std::exception&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

std::error_code channel_receive(RawHandle channel, Message& message, const Patience& patience) noexcept {
    message.bytes = {};
    message.handles.clear();
    try {
        return receive(channel, message, patience);
    } catch (const std::exception&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

}  // namespace spork::platform
