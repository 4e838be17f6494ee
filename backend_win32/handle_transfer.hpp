#pragma once

/// \file
/// Handles inside messages.
///
/// The system does not carry handles, so each is duplicated at once into a process that has it until the receiver takes
/// it. That process is
///  - the receiver itself where it is known (a child of ours): it finds the handle ready in its own table;
///  - else the sender's parent while it lives, so that the sender may end right after it has sent;
///  - else the sender, which keeps it until the receiver says that it has it (kept_handles.hpp).
/// A socket goes by ticket (socket_handle.hpp), which can be made for a known process only: for an unknown receiver the
/// sender keeps an offer (socket_offer.hpp) that the receiver answers.
///
/// Limit: the handles of a message that nobody ever receives are closed by a sender that keeps them as soon as it sees
/// that the other end of the channel is gone. It does not see that when it has closed the server's end (the first one of
/// make_channel) before; then it keeps them until it ends, as does a parent in whose table they are. The last user of
/// a channel who knows that he is can take them (unread_handles_stay): a queue's does.

#include "kept_handles.hpp"
#include "platform/channel.hpp"
#include "process_identity.hpp"
#include "windows_api.hpp"

#include <list>
#include <span>
#include <vector>

namespace spork::platform::win32 {

/// OutgoingHandles holds what one message needs on its way out. Unless the message was sent, the destructor takes
/// everything back.
class OutgoingHandles {
public:
    OutgoingHandles() = default;
    ~OutgoingHandles();
    OutgoingHandles(const OutgoingHandles&) = delete;
    OutgoingHandles& operator=(const OutgoingHandles&) = delete;

    std::error_code prepare(std::span<const Attachment> attachments, ProcessHandle receiver);

    /// The bytes that go behind the payload.
    std::span<const std::byte> trailer() const noexcept { return trailer_; }

    /// The message is on its way through `channel`: what it carries belongs to the receiver now.
    void sent(RawHandle channel) noexcept;

private:
    std::error_code choose_holder(ProcessHandle receiver) noexcept;
    std::error_code add(const Attachment& attachment, ProcessHandle receiver);
    std::error_code park(RawHandle handle);
    std::error_code hand_socket(RawHandle socket);
    Result<KeptHandles*> kept();

    HANDLE holder_ = nullptr;  ///< borrowed: the receiver or the parent; null for this process
    ProcessIdentity holder_identity_;
    std::vector<std::byte> trailer_;
    std::vector<HANDLE> parked_;   ///< values in the holder's table
    std::list<KeptHandles> kept_;  ///< at most one; a list, so that handing it on cannot fail
};

/// Takes the `count` handles that a trailer describes. std::errc::bad_message when it is not a trailer of ours,
/// owner_dead when the process that held a handle has ended. On an error none is left open.
std::error_code take_handles(std::span<const std::byte> trailer, std::size_t count, RawHandle stop,
                             std::vector<Handle>& handles);

}  // namespace spork::platform::win32
