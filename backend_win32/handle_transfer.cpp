#include "handle_transfer.hpp"

#include "error.hpp"
#include "handle_trailer.hpp"
#include "parent_watch.hpp"
#include "socket_handle.hpp"
#include "wire.hpp"

namespace spork::platform::win32 {

OutgoingHandles::~OutgoingHandles() {
    for (const HANDLE parked : parked_) {
        DuplicateHandle(holder_, parked, nullptr, nullptr, 0, FALSE, DUPLICATE_CLOSE_SOURCE);
    }
}

void OutgoingHandles::sent(RawHandle channel) noexcept {
    parked_.clear();
    keep_until_taken(kept_, channel);
}

std::error_code OutgoingHandles::prepare(std::span<const Attachment> attachments, ProcessHandle receiver) {
    if (attachments.empty()) {
        return {};
    }
    std::error_code error = choose_holder(receiver);
    parked_.reserve(attachments.size());
    for (auto attachment = attachments.begin(); !error && attachment != attachments.end(); ++attachment) {
        error = add(*attachment, receiver);
    }
    if (!error && !kept_.empty()) {
        append_value(trailer_, HandleTag::receipt);
        append_value(trailer_, HeldHandle{own_identity(), kept_.front().receipt()});
    }
    return error;
}

std::error_code OutgoingHandles::choose_holder(ProcessHandle receiver) noexcept {
    const RawHandle other = receiver != no_handle ? receiver : living_parent();
    if (other == no_handle) {
        return {};
    }
    holder_ = native(other);
    const Result<ProcessIdentity> identity = identity_of(holder_);
    if (identity) {
        holder_identity_ = *identity;
    }
    return identity.error();
}

std::error_code OutgoingHandles::add(const Attachment& attachment, ProcessHandle receiver) {
    if (attachment.handle == no_handle) {
        return std::make_error_code(std::errc::bad_file_descriptor);
    }
    if (attachment.kind == HandleKind::object && holder_ != nullptr) {
        return park(attachment.handle);
    }
    if (attachment.kind == HandleKind::socket && receiver != no_handle) {
        return hand_socket(attachment.handle);
    }
    const Result<KeptHandles*> kept = this->kept();
    if (!kept) {
        return kept.error();
    }
    if (attachment.kind == HandleKind::object) {
        const Result<std::uint64_t> value = (*kept)->add(attachment.handle);
        if (value) {
            append_value(trailer_, HandleTag::kept);
            append_value(trailer_, HeldHandle{own_identity(), *value});
        }
        return value.error();
    }
    const Result<PipeKey> key = (*kept)->offer(attachment.handle);
    if (key) {
        append_value(trailer_, HandleTag::offer);
        append_value(trailer_, SocketOffered{*key});
    }
    return key.error();
}

std::error_code OutgoingHandles::park(RawHandle handle) {
    HANDLE value = nullptr;
    if (!DuplicateHandle(GetCurrentProcess(), native(handle), holder_, &value, 0, FALSE, DUPLICATE_SAME_ACCESS)) {
        return last_error();
    }
    parked_.push_back(value);
    append_value(trailer_, HandleTag::parked);
    append_value(trailer_, HeldHandle{holder_identity_, reinterpret_cast<std::uint64_t>(value)});
    return {};
}

std::error_code OutgoingHandles::hand_socket(RawHandle socket) {
    const Result<SocketTicket> ticket = issue_socket_ticket(socket, holder_identity_.id);
    if (!ticket) {
        return ticket.error();
    }
    append_value(trailer_, HandleTag::ticket);
    append_value(trailer_, SocketForReceiver{holder_identity_, *ticket});
    return {};
}

Result<KeptHandles*> OutgoingHandles::kept() {
    if (kept_.empty()) {
        kept_.emplace_back();
        if (const std::error_code error = kept_.front().begin()) {
            kept_.clear();
            return error;
        }
    }
    return &kept_.front();
}

}  // namespace spork::platform::win32

/// In the parent's table.
bool spork::platform::unread_handles_stay() noexcept {
    return true;
}
