#pragma once

/// \file
/// Pipes between processes: whole messages in order.

#include <spork/export.hpp>
#include <spork/native_handle.hpp>
#include <spork/timeout.hpp>
#include <spork/transferable.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace spork {

namespace platform {
struct Message;
}

namespace detail {

class ConnectionState;

/// Gives the memory of a message back for the next one.
struct SPORK_API ReturnMessage {
    void operator()(platform::Message* message) const noexcept;
};

/// A message until it is decoded.
struct ReceivedMessage {
    std::unique_ptr<platform::Message, ReturnMessage> memory;
    std::span<const std::byte> bytes;
    std::vector<std::shared_ptr<OwnedHandle>> handles;
};

/// What stands before every value that is sent.
struct ValueHeader {
    std::uint32_t magic = 0x76727073;  // "sprv"
    std::uint32_t handles = 0;
    std::uint64_t type = 0;
};

/// Reads the header of a value; TransferError when it is not a value, or one of another type.
SPORK_API void check_header(Reader& reader, std::uint64_t type, std::string_view name, std::size_t handles);

}  // namespace detail

/// Connection is one end of a pipe: messages arrive whole and in order, each sent by one call and received by one.
///
///     auto [a, b] = spork::Pipe();
///     spork::Process child(answer, b);
///     child.start();
///     b.close();                          // so that a.recv() notices the end of the child
///     a.send(41);
///     int answer = a.recv<int>();
///
/// A handle: copies in one process are the same end, and close() closes it for all of them. Passed to a process or sent
/// over another connection it arrives as an end of its own. A process that is killed in the middle of anything leaves no
/// part of a message behind, and several processes may use one end at once; each message goes to one of them.
/// Threads: any number may send and receive at once. Python: multiprocessing.connection.Connection.
class SPORK_API Connection {
public:
    /// An end that is not connected: every call but closed() throws.
    Connection() noexcept = default;

    /// Sends one value. Blocks while the pipe is full. Throws TransferError when it cannot be encoded, TimeoutError,
    /// CancelledError, UsageError when the end is closed or only receives, std::system_error (std::errc::broken_pipe)
    /// when the other end is gone everywhere.
    template <class T>
    void send(const T& value, Timeout timeout = no_limit, std::stop_token stop = {}) const;

    /// Receives one value. Throws EofError when the other end is gone everywhere and nothing is left; TransferError when
    /// the message is not a T (it is gone then, the connection goes on); TimeoutError; CancelledError; UsageError.
    template <class T>
    T recv(Timeout timeout = no_limit, std::stop_token stop = {}) const;

    /// Receives a value if one comes in time; empty when not.
    template <class T>
    std::optional<T> try_recv(Timeout timeout = at_once, std::stop_token stop = {}) const;

    /// Sends bytes as one message: `size` of them from `offset`, all by default. Throws UsageError when they lie outside.
    void send_bytes(std::span<const std::byte> bytes, std::ptrdiff_t offset = 0,
                    std::optional<std::ptrdiff_t> size = std::nullopt, Timeout timeout = no_limit,
                    std::stop_token stop = {}) const;
    void send_bytes(std::string_view text, std::ptrdiff_t offset = 0,
                    std::optional<std::ptrdiff_t> size = std::nullopt, Timeout timeout = no_limit,
                    std::stop_token stop = {}) const {
        send_bytes(std::as_bytes(std::span(text.data(), text.size())), offset, size, timeout, stop);
    }

    /// Receives one message as bytes. A message longer than `maxlength` is an std::system_error (message_size), after
    /// which this end cannot receive any more, as in Python.
    std::vector<std::byte> recv_bytes(std::optional<std::ptrdiff_t> maxlength = std::nullopt, Timeout timeout = no_limit,
                                      std::stop_token stop = {}) const;

    /// Receives one message into `buffer` from `offset` on and returns its length. Throws BufferTooShort, with the whole
    /// message in it, when it does not fit.
    std::size_t recv_bytes_into(std::span<std::byte> buffer, std::ptrdiff_t offset = 0, Timeout timeout = no_limit,
                                std::stop_token stop = {}) const;

    /// Whether a message, or the end, can be received now or within `timeout`. Takes nothing.
    bool poll(Timeout timeout = at_once, std::stop_token stop = {}) const;

    /// Closes this end for every copy in this process. Closing twice does nothing.
    void close() noexcept;
    bool closed() const noexcept;

    bool readable() const noexcept;
    bool writable() const noexcept;

    /// The system's descriptor or handle, for waiting only. Throws UsageError when closed.
    native_handle_type fileno() const;

    /// Whether two handles are the same end in this process.
    friend bool operator==(const Connection& a, const Connection& b) noexcept { return a.state_ == b.state_; }

private:
    friend struct Transfer<Connection>;
    friend struct ConnectionPair make_pipe(bool duplex);
    friend class Waitable;

    explicit Connection(std::shared_ptr<detail::ConnectionState> state) noexcept : state_(std::move(state)) {}

    void send_message(Writer& writer, Timeout timeout, const std::stop_token& stop) const;

    /// False when the time passed.
    bool receive_message(detail::ReceivedMessage& message, Timeout timeout, const std::stop_token& stop) const;

    template <class T>
    static T decode(detail::ReceivedMessage& message);

    std::shared_ptr<detail::ConnectionState> state_;
};

/// Both ends of a pipe.
struct ConnectionPair {
    Connection first;
    Connection second;
};

SPORK_API ConnectionPair make_pipe(bool duplex);

/// A new pipe. One-way with `duplex = false`: the first end only receives, the second only sends.
/// Throws std::system_error when the system has no more handles. Python: multiprocessing.Pipe.
inline ConnectionPair Pipe(bool duplex = true) {
    return make_pipe(duplex);
}

template <>
struct SPORK_API Transfer<Connection> {
    static void save(Writer& writer, const Connection& value);
    static Connection load(Reader& reader);
};

namespace detail {

/// What a value is sent as: text literals as std::string, everything else as itself.
template <class T>
using sent_as = std::conditional_t<std::is_convertible_v<const T&, std::string_view> && !std::is_class_v<T>, std::string,
                                   std::remove_cvref_t<T>>;

}  // namespace detail

template <class T>
void Connection::send(const T& value, Timeout timeout, std::stop_token stop) const {
    using Sent = detail::sent_as<T>;
    if constexpr (!std::is_same_v<Sent, T>) {
        send(Sent(value), timeout, std::move(stop));
    } else {
        detail::require_transferable<T>();
        Writer writer;
        detail::ValueHeader header;
        header.type = type_identity<T>;
        writer.write_bytes(&header, sizeof header);
        writer.write(value);
        send_message(writer, timeout, stop);
    }
}

template <class T>
T Connection::decode(detail::ReceivedMessage& message) {
    const std::size_t handles = message.handles.size();
    Reader reader(message.bytes, std::move(message.handles));
    detail::check_header(reader, type_identity<T>, type_name<T>, handles);
    T value = reader.read<T>();
    reader.expect_end();
    return value;
}

template <class T>
T Connection::recv(Timeout timeout, std::stop_token stop) const {
    detail::require_transferable<T>();
    detail::ReceivedMessage message;
    if (!receive_message(message, timeout, stop)) {
        throw TimeoutError("no message came over the connection within the time given to recv");
    }
    return decode<T>(message);
}

template <class T>
std::optional<T> Connection::try_recv(Timeout timeout, std::stop_token stop) const {
    detail::require_transferable<T>();
    detail::ReceivedMessage message;
    if (!receive_message(message, timeout, stop)) {
        return std::nullopt;
    }
    return decode<T>(message);
}

}  // namespace spork
