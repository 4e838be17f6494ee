/// \file
/// Connections over the seam's channels: what is a value, what is bytes, and which error means what.

#include <spork/connection.hpp>

#include "connection_state.hpp"
#include "owned_handle.hpp"
#include "patience.hpp"
#include "system_error.hpp"

#include "platform/waiter.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>

namespace spork {

namespace detail {

namespace {

/// What a message leaves behind for the next one is at most this large.
constexpr std::size_t kept_storage = std::size_t{1} << 20;

/// Memory of messages that nobody uses now, for as many threads as usually receive at once. Not thread_local: with mingw
/// the destructor of a thread's object runs on memory that is already freed.
std::array<std::atomic<platform::Message*>, 8> spare_messages;

std::unique_ptr<platform::Message, ReturnMessage> take_message() {
    for (auto& spare : spare_messages) {
        if (platform::Message* message = spare.exchange(nullptr, std::memory_order_acquire)) {
            return std::unique_ptr<platform::Message, ReturnMessage>(message);
        }
    }
    return std::unique_ptr<platform::Message, ReturnMessage>(new platform::Message());
}

}  // namespace

void ReturnMessage::operator()(platform::Message* message) const noexcept {
    message->handles.clear();
    if (message->storage.capacity() <= kept_storage) {
        for (auto& spare : spare_messages) {
            platform::Message* none = nullptr;
            if (spare.compare_exchange_strong(none, message, std::memory_order_release, std::memory_order_relaxed)) {
                return;
            }
        }
    }
    delete message;
}

void check_header(Reader& reader, std::uint64_t type, std::string_view name, std::size_t handles) {
    const ValueHeader expected;
    ValueHeader header;
    if (reader.left() < sizeof header) {
        throw TransferError("the message received is no value of type " + std::string(name) + " but " +
                            std::to_string(reader.left()) + " plain bytes: receive it with recv_bytes");
    }
    reader.read_bytes(&header, sizeof header);
    if (header.magic != expected.magic) {
        throw TransferError("the message received is no value of type " + std::string(name) +
                            " but plain bytes: receive it with recv_bytes");
    }
    if (header.type != type) {
        throw TransferError("the message received is a value of another type than " + std::string(name) +
                            ": receive the type that the other side sends");
    }
    if (header.handles != handles) {
        throw TransferError("the message received should carry " + std::to_string(header.handles) + " handles but carries " +
                            std::to_string(handles));
    }
}

std::shared_ptr<OwnedHandle> ConnectionState::handle(const char* purpose) const {
    const std::lock_guard hold(mutex_);
    if (!handle_ || handle_->closed()) {
        throw UsageError(std::string("cannot ") + purpose + ": the connection is closed");
    }
    return handle_;
}

std::shared_ptr<OwnedHandle> ConnectionState::reading_end(const char* purpose) const {
    if (!readable_) {
        throw UsageError(std::string("cannot ") + purpose + ": the connection is write-only");
    }
    return handle(purpose);
}

std::shared_ptr<OwnedHandle> ConnectionState::writing_end(const char* purpose) const {
    if (!writable_) {
        throw UsageError(std::string("cannot ") + purpose + ": the connection is read-only");
    }
    return handle(purpose);
}

void ConnectionState::close() noexcept {
    std::shared_ptr<OwnedHandle> last;
    const std::lock_guard hold(mutex_);
    last.swap(handle_);  // the descriptor is closed when no call uses it any more
}

bool ConnectionState::closed() const noexcept {
    const std::lock_guard hold(mutex_);
    return !handle_ || handle_->closed();
}

void ConnectionState::stop_reading() noexcept {
    readable_ = false;
    if (!writable_) {
        close();
    }
}

}  // namespace detail

namespace {

detail::ConnectionState& state_of(const std::shared_ptr<detail::ConnectionState>& state) {
    if (!state) {
        throw UsageError("this connection was never connected: get one from spork::Pipe()");
    }
    return *state;
}

void send_raw(const detail::OwnedHandle& end, std::span<const std::byte> bytes,
              std::span<const platform::Attachment> attachments, Timeout timeout, const std::stop_token& stop) {
    const detail::WaitLimit limit(timeout, stop);
    const std::error_code error = platform::channel_send(end.native(), bytes, attachments, limit.patience());
    if (!error) {
        return;
    }
    if (detail::is(error, std::errc::timed_out)) {
        throw TimeoutError("the pipe stayed full: nothing could be sent within the time given to send");
    }
    if (detail::is(error, std::errc::operation_canceled)) {
        throw CancelledError("a stop was requested while sending over a connection; nothing was sent");
    }
    if (detail::is(error, std::errc::broken_pipe)) {
        detail::throw_system(error, "cannot send over a connection: the other end is gone everywhere");
    }
    detail::throw_system(error, "cannot send a message of " + std::to_string(bytes.size()) + " bytes with " +
                                    std::to_string(attachments.size()) + " handles over a connection");
}

}  // namespace

void Connection::send_message(Writer& writer, Timeout timeout, const std::stop_token& stop) const {
    const auto end = state_of(state_).writing_end("send over a connection");
    const auto count = static_cast<std::uint32_t>(writer.handles().size());
    std::memcpy(writer.bytes().data() + offsetof(detail::ValueHeader, handles), &count, sizeof count);
    if (count == 0) {
        send_raw(*end, writer.bytes(), {}, timeout, stop);
    } else {
        send_raw(*end, writer.bytes(), detail::attachments_of(writer), timeout, stop);
        writer.handed_over();
    }
}

bool Connection::receive_message(detail::ReceivedMessage& received, Timeout timeout, const std::stop_token& stop) const {
    const auto end = state_of(state_).reading_end("receive from a connection");
    const detail::WaitLimit limit(timeout, stop);
    received.memory = detail::take_message();
    platform::Message& message = *received.memory;
    const std::error_code error = platform::channel_receive(end->native(), message, limit.patience());
    if (!error) {
        received.bytes = message.bytes;
        received.handles = detail::own_all(message.handles);
        return true;
    }
    if (detail::is(error, std::errc::timed_out)) {
        return false;
    }
    if (detail::is(error, std::errc::connection_reset)) {
        throw EofError("the other end of the connection is gone everywhere and nothing is left to receive");
    }
    if (detail::is(error, std::errc::operation_canceled)) {
        throw CancelledError("a stop was requested while receiving from a connection; nothing was received");
    }
    if (detail::is(error, std::errc::bad_message)) {
        throw TransferError("what came over the connection is not a message of spork");
    }
    detail::throw_system(error, "cannot receive from a connection");
}

void Connection::send_bytes(std::span<const std::byte> bytes, std::ptrdiff_t offset, std::optional<std::ptrdiff_t> size,
                            Timeout timeout, std::stop_token stop) const {
    const auto length = static_cast<std::ptrdiff_t>(bytes.size());
    const std::ptrdiff_t count = size.value_or(length - offset);
    if (offset < 0 || offset > length || count < 0 || count > length - offset) {
        throw UsageError("send_bytes: " + std::to_string(count) + " bytes from offset " + std::to_string(offset) +
                         " do not lie within the " + std::to_string(length) + " bytes given");
    }
    const auto end = state_of(state_).writing_end("send over a connection");
    send_raw(*end, bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(count)), {}, timeout, stop);
}

std::vector<std::byte> Connection::recv_bytes(std::optional<std::ptrdiff_t> maxlength, Timeout timeout,
                                              std::stop_token stop) const {
    if (maxlength && *maxlength < 0) {
        throw UsageError("recv_bytes: a maximum length of " + std::to_string(*maxlength) + " is negative");
    }
    detail::ReceivedMessage message;
    if (!receive_message(message, timeout, stop)) {
        throw TimeoutError("no message came over the connection within the time given to recv_bytes");
    }
    if (maxlength && message.bytes.size() > static_cast<std::size_t>(*maxlength)) {
        state_->stop_reading();
        detail::throw_system(std::make_error_code(std::errc::message_size),
                             "recv_bytes: a message of " + std::to_string(message.bytes.size()) + " bytes exceeds the " +
                                 std::to_string(*maxlength) + " allowed; the connection cannot be read any more");
    }
    return {message.bytes.begin(), message.bytes.end()};
}

std::size_t Connection::recv_bytes_into(std::span<std::byte> buffer, std::ptrdiff_t offset, Timeout timeout,
                                        std::stop_token stop) const {
    if (offset < 0 || offset > static_cast<std::ptrdiff_t>(buffer.size())) {
        throw UsageError("recv_bytes_into: the offset " + std::to_string(offset) + " lies outside the buffer of " +
                         std::to_string(buffer.size()) + " bytes");
    }
    detail::ReceivedMessage message;
    if (!receive_message(message, timeout, stop)) {
        throw TimeoutError("no message came over the connection within the time given to recv_bytes_into");
    }
    const std::span<std::byte> room = buffer.subspan(static_cast<std::size_t>(offset));
    if (message.bytes.size() > room.size()) {
        throw BufferTooShort("recv_bytes_into: a message of " + std::to_string(message.bytes.size()) +
                                 " bytes does not fit into " + std::to_string(room.size()) +
                                 "; it is in the exception's message()",
                             {message.bytes.begin(), message.bytes.end()});
    }
    if (!message.bytes.empty()) {
        std::memcpy(room.data(), message.bytes.data(), message.bytes.size());
    }
    return message.bytes.size();
}

bool Connection::poll(Timeout timeout, std::stop_token stop) const {
    const auto end = state_of(state_).reading_end("poll a connection");
    const detail::WaitLimit limit(timeout, stop);
    const platform::WaitItem item{end->native(), platform::WaitKind::channel};
    const auto ready = platform::wait_any({&item, 1}, limit.patience());
    if (ready) {
        return !ready->empty();
    }
    if (detail::is(ready.error(), std::errc::operation_canceled)) {
        return false;
    }
    detail::throw_system(ready.error(), "cannot poll a connection");
}

void Connection::close() noexcept {
    if (state_) {
        state_->close();
    }
}

bool Connection::closed() const noexcept {
    return !state_ || state_->closed();
}

bool Connection::readable() const noexcept {
    return state_ && state_->readable();
}

bool Connection::writable() const noexcept {
    return state_ && state_->writable();
}

native_handle_type Connection::fileno() const {
    return state_of(state_).handle("give the descriptor of a connection")->native();
}

ConnectionPair make_pipe(bool duplex) {
    auto channel = platform::make_channel(duplex);
    if (!channel) {
        detail::throw_system(channel.error(), "cannot make a pipe");
    }
    using detail::ConnectionState;
    auto first = std::make_shared<ConnectionState>(detail::own(std::move(channel->first)), true, duplex);
    auto second = std::make_shared<ConnectionState>(detail::own(std::move(channel->second)), duplex, true);
    return {Connection(std::move(first)), Connection(std::move(second))};
}

void Transfer<Connection>::save(Writer& writer, const Connection& value) {
    writer.write(value.state_ != nullptr);
    if (value.state_) {
        if (value.closed()) {
            throw TransferError("cannot pass on a connection that is closed");
        }
        writer.attach(value.state_->handle("pass on a connection"));
        writer(value.readable(), value.writable());
    }
}

Connection Transfer<Connection>::load(Reader& reader) {
    if (!reader.read<bool>()) {
        return {};
    }
    auto handle = reader.take_handle();
    const bool readable = reader.read<bool>();
    const bool writable = reader.read<bool>();
    return Connection(std::make_shared<detail::ConnectionState>(std::move(handle), readable, writable));
}

}  // namespace spork
