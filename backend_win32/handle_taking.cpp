// The receiver's half of handle_transfer.cpp. What a trailer says is believed only as far as the system confirms it:
// a process is named by id and time of creation, a handle has to exist.

#include "error.hpp"
#include "handle_trailer.hpp"
#include "handle_transfer.hpp"
#include "process_identity.hpp"
#include "socket_handle.hpp"
#include "socket_offer.hpp"
#include "wire.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace spork::platform::win32 {

namespace {

std::error_code bad_message() noexcept {
    return std::make_error_code(std::errc::bad_message);
}

/// HandleTaker reads the trailer of one message.
class HandleTaker {
public:
    HandleTaker(std::span<const std::byte> trailer, RawHandle stop) noexcept : rest_(trailer), stop_(stop) {}

    /// The next handle. `taken` are the ones before.
    Result<Handle> take(std::span<const Handle> taken) noexcept {
        const std::optional<HandleTag> tag = take_value<HandleTag>(rest_);
        if (tag == HandleTag::parked || tag == HandleTag::kept) {
            if (const auto held = take_value<HeldHandle>(rest_)) {
                return tag == HandleTag::kept ? take_out_of(*held, 0) : take_parked(*held, taken);
            }
        } else if (tag == HandleTag::ticket) {
            if (auto socket = take_value<SocketForReceiver>(rest_)) {
                return open_socket(*socket);
            }
        } else if (tag == HandleTag::offer) {
            if (const auto offered = take_value<SocketOffered>(rest_)) {
                return accept_socket_offer(offered->key, stop_);
            }
        }
        return bad_message();
    }

    /// Tells a sender that keeps something that it need not any more; behind that the trailer must be at its end.
    std::error_code finish() noexcept {
        if (rest_.empty()) {
            return {};
        }
        const std::optional<HandleTag> tag = take_value<HandleTag>(rest_);
        const std::optional<HeldHandle> receipt = take_value<HeldHandle>(rest_);
        if (tag != HandleTag::receipt || !receipt || !rest_.empty()) {
            return bad_message();
        }
        if (const Result<Handle> event = take_out_of(*receipt, 0)) {
            SetEvent(native(event->get()));
        }
        return {};
    }

private:
    /// A parked handle; it may lie in our own table already.
    Result<Handle> take_parked(const HeldHandle& held, std::span<const Handle> taken) noexcept {
        if (held.holder != own_identity()) {
            return take_out_of(held, DUPLICATE_CLOSE_SOURCE);
        }
        const HANDLE value = reinterpret_cast<HANDLE>(held.value);
        const auto same = [value](const Handle& other) { return native(other.get()) == value; };
        DWORD flags = 0;
        // The one value that looks like a handle and is none is this process itself, which is no_handle, too.
        if (raw(value) == no_handle || std::ranges::any_of(taken, same) || !GetHandleInformation(value, &flags)) {
            return bad_message();
        }
        return Handle(raw(value));
    }

    Result<Handle> take_out_of(const HeldHandle& held, DWORD options) noexcept {
        const HANDLE value = reinterpret_cast<HANDLE>(held.value);
        if (raw(value) == no_handle) {
            return bad_message();
        }
        if (!holder_ || holder_identity_ != held.holder) {
            Result<Handle> holder = open_process(held.holder, PROCESS_DUP_HANDLE);
            if (!holder) {
                return holder.error();
            }
            holder_ = std::move(*holder);
            holder_identity_ = held.holder;
        }
        HANDLE own = nullptr;
        if (!DuplicateHandle(native(holder_.get()), value, GetCurrentProcess(), &own, 0, FALSE,
                             DUPLICATE_SAME_ACCESS | options)) {
            return last_error();
        }
        return Handle(raw(own));
    }

    static Result<Handle> open_socket(SocketForReceiver& given) noexcept {
        if (given.receiver != own_identity()) {
            return bad_message();
        }
        const Result<RawHandle> socket = open_socket_ticket(given.ticket);
        if (!socket) {
            return socket.error();
        }
        return Handle(*socket, HandleKind::socket);
    }

    std::span<const std::byte> rest_;
    RawHandle stop_;
    Handle holder_;  ///< the process of the last held handle; mostly that of the next as well
    ProcessIdentity holder_identity_;
};

}  // namespace

std::error_code take_handles(std::span<const std::byte> trailer, std::size_t count, RawHandle stop,
                             std::vector<Handle>& handles) {
    HandleTaker taker(trailer, stop);
    handles.reserve(count);
    std::error_code error;
    while (!error && handles.size() < count) {
        Result<Handle> handle = taker.take(handles);
        if (handle) {
            handles.push_back(std::move(*handle));
        }
        error = handle.error();
    }
    if (!error) {
        error = taker.finish();
    }
    if (error) {
        handles.clear();
    }
    return error;
}

}  // namespace spork::platform::win32
