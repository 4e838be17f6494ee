#include "handle_transfer.hpp"

#include "error.hpp"
#include "parent_watch.hpp"
#include "process_identity.hpp"
#include "socket_handle.hpp"
#include "socket_offer.hpp"
#include "wire.hpp"

#include <algorithm>
#include <optional>

namespace spork::platform::win32 {

namespace {

// A trailer is a row of entries: a tag, then one of these.

enum class Tag : std::uint32_t { parked = 0x6b726170, ticket = 0x6b636974, offer = 0x7265666f };

struct ParkedEntry {
    ProcessIdentity holder;
    std::uint64_t value = 0;
};

struct TicketEntry {
    ProcessIdentity receiver;
    SocketTicket ticket;
};

struct OfferEntry {
    PipeKey key;
};

std::error_code bad_message() noexcept {
    return std::make_error_code(std::errc::bad_message);
}

Result<Handle> take_parked(const ParkedEntry& entry, std::span<const Handle> taken) noexcept {
    const HANDLE value = reinterpret_cast<HANDLE>(entry.value);
    if (value == nullptr || raw(value) == no_handle) {
        return bad_message();
    }
    if (entry.holder == own_identity()) {
        // It lies in our own table already. One entry named twice would be closed twice.
        DWORD flags = 0;
        const auto same = [value](const Handle& other) { return other.get() == raw(value); };
        if (std::ranges::any_of(taken, same) || !GetHandleInformation(value, &flags)) {
            return bad_message();
        }
        return Handle(raw(value));
    }
    const Result<Handle> holder = open_process(entry.holder, PROCESS_DUP_HANDLE);
    if (!holder) {
        return holder.error();
    }
    HANDLE own = nullptr;
    if (!DuplicateHandle(native(holder->get()), value, GetCurrentProcess(), &own, 0, FALSE,
                         DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE)) {
        return last_error();
    }
    return Handle(raw(own));
}

Result<Handle> take_ticket(TicketEntry& entry) noexcept {
    if (entry.receiver != own_identity()) {
        return bad_message();
    }
    const Result<RawHandle> socket = open_socket_ticket(entry.ticket);
    if (!socket) {
        return socket.error();
    }
    return Handle(*socket, HandleKind::socket);
}

Result<Handle> take_entry(std::span<const std::byte>& rest, std::span<const Handle> taken, RawHandle stop) noexcept {
    const auto tag = take_value<Tag>(rest);
    if (tag == Tag::parked) {
        if (const auto entry = take_value<ParkedEntry>(rest)) {
            return take_parked(*entry, taken);
        }
    } else if (tag == Tag::ticket) {
        if (auto entry = take_value<TicketEntry>(rest)) {
            return take_ticket(*entry);
        }
    } else if (tag == Tag::offer) {
        if (const auto entry = take_value<OfferEntry>(rest)) {
            return accept_socket_offer(entry->key, stop);
        }
    }
    return bad_message();
}

}  // namespace

OutgoingHandles::~OutgoingHandles() {
    for (const HANDLE parked : parked_) {
        DuplicateHandle(holder_, parked, nullptr, nullptr, 0, FALSE, DUPLICATE_CLOSE_SOURCE);
    }
    for (const auto& offer : offers_) {
        offer->withdraw();
    }
}

void OutgoingHandles::sent() noexcept {
    parked_.clear();
    offers_.clear();
}

std::error_code OutgoingHandles::prepare(std::span<const Attachment> attachments, ProcessHandle receiver) {
    if (attachments.empty()) {
        return {};
    }
    std::error_code error = choose_holder(receiver);
    parked_.reserve(attachments.size());
    for (auto attachment = attachments.begin(); !error && attachment != attachments.end(); ++attachment) {
        if (attachment->handle == no_handle) {
            error = std::make_error_code(std::errc::bad_file_descriptor);
        } else if (attachment->kind == HandleKind::object) {
            error = park(attachment->handle);
        } else if (receiver != no_handle) {
            error = hand_socket(attachment->handle);
        } else {
            error = offer_socket(attachment->handle);
        }
    }
    return error;
}

std::error_code OutgoingHandles::choose_holder(ProcessHandle receiver) noexcept {
    const RawHandle other = receiver != no_handle ? receiver : living_parent();
    if (other == no_handle) {
        holder_ = GetCurrentProcess();
        holder_identity_ = own_identity();
        return {};
    }
    holder_ = native(other);
    const Result<ProcessIdentity> identity = identity_of(holder_);
    if (!identity) {
        return identity.error();
    }
    holder_identity_ = *identity;
    return {};
}

std::error_code OutgoingHandles::park(RawHandle handle) {
    HANDLE value = nullptr;
    if (!DuplicateHandle(GetCurrentProcess(), native(handle), holder_, &value, 0, FALSE, DUPLICATE_SAME_ACCESS)) {
        return last_error();
    }
    parked_.push_back(value);
    append_value(trailer_, Tag::parked);
    append_value(trailer_, ParkedEntry{holder_identity_, reinterpret_cast<std::uint64_t>(value)});
    return {};
}

std::error_code OutgoingHandles::hand_socket(RawHandle socket) {
    const Result<SocketTicket> ticket = issue_socket_ticket(socket, holder_identity_.id);
    if (!ticket) {
        return ticket.error();
    }
    append_value(trailer_, Tag::ticket);
    append_value(trailer_, TicketEntry{holder_identity_, *ticket});
    return {};
}

std::error_code OutgoingHandles::offer_socket(RawHandle socket) {
    offers_.reserve(offers_.size() + 1);
    Result<std::shared_ptr<SocketOffer>> offer = SocketOffer::make(socket);
    if (!offer) {
        return offer.error();
    }
    append_value(trailer_, Tag::offer);
    append_value(trailer_, OfferEntry{(*offer)->key()});
    offers_.push_back(std::move(*offer));
    return {};
}

std::error_code take_handles(std::span<const std::byte> trailer, std::size_t count, RawHandle stop,
                             std::vector<Handle>& handles) {
    handles.reserve(count);
    std::error_code error;
    while (!error && handles.size() < count) {
        Result<Handle> handle = take_entry(trailer, handles, stop);
        if (handle) {
            handles.push_back(std::move(*handle));
        } else {
            error = handle.error();
        }
    }
    if (!error && !trailer.empty()) {
        error = bad_message();
    }
    if (error) {
        handles.clear();
    }
    return error;
}

}  // namespace spork::platform::win32
