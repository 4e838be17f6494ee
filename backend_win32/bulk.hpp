#pragma once

/// \file
/// The body of a message that is too large to lie in a pipe.
///
/// It lies in a section of the paging file; what goes through the pipe is a ticket. The section belongs to the sender,
/// which stays inside send until the receiver says that it has copied the body. So nothing is left of a message whose
/// sender or receiver dies: the section goes with the sender, and a ticket without a section is a message that was
/// never sent. Where the receiver is known (a child that is just being started) it gets the section right away, and the
/// sender waits for nothing.

#include "overlapped.hpp"
#include "platform/channel.hpp"
#include "process_identity.hpp"
#include "windows_api.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace spork::platform::win32 {

/// What the receiver needs to find a body. Travels as it is.
struct BulkTicket {
    ProcessIdentity holder;     ///< the process in whose table the handles are
    std::uint64_t section = 0;  ///< handle
    std::uint64_t receipt = 0;  ///< handle of the event to set after copying; 0: the section is the receiver's own
    std::uint64_t size = 0;     ///< of the body
};

/// OutgoingBulk holds a body on its way out; unless it was sent, the destructor takes it back.
class OutgoingBulk {
public:
    OutgoingBulk() = default;
    ~OutgoingBulk();
    OutgoingBulk(const OutgoingBulk&) = delete;
    OutgoingBulk& operator=(const OutgoingBulk&) = delete;

    /// Writes the body, which is `first` and then `second`.
    std::error_code prepare(std::span<const std::byte> first, std::span<const std::byte> second,
                            ProcessHandle receiver) noexcept;

    const BulkTicket& ticket() const noexcept { return ticket_; }

    /// The ticket was taken out of `pipe`: waits until the body was copied, or whoever took the ticket has died.
    /// What has begun is finished, so this may last a little longer than `deadline`.
    void sent(HANDLE pipe, const Deadline& deadline) noexcept;

private:
    std::error_code give_to(HANDLE receiver) noexcept;

    BulkTicket ticket_;
    Handle section_;
    std::optional<EventLease> receipt_;
    HANDLE parked_in_ = nullptr;  ///< borrowed: the receiver that has the section in its table
};

/// Copies the body of a ticket into `storage`. std::errc::owner_dead when the sender has died or withdrawn it,
/// bad_message when it is no ticket of ours.
std::error_code take_bulk(const BulkTicket& ticket, MessageMemory& storage);

}  // namespace spork::platform::win32
