#pragma once

/// \file
/// Handles inside messages: what the trailer of a message says about them.
///
/// A handle is *parked*: duplicated at once into a process that keeps it until the receiver takes it out. That process
/// is
///  - the receiver itself where it is known (a child of ours): it finds the handle ready in its own table;
///  - else the sender's parent while it lives, so that the sender may end right after it has sent;
///  - else the sender.
/// A socket goes by ticket (socket_handle.hpp), which can be made for a known process only: for an unknown receiver the
/// sender holds an *offer* (socket_offer.hpp) that the receiver answers.
///
/// Limit: the kernel does not know that a message holds handles. Those of a message that nobody ever receives stay open
/// in the process they are parked in until that process ends.

#include "platform/channel.hpp"
#include "process_identity.hpp"
#include "windows_api.hpp"

#include <memory>
#include <span>
#include <vector>

namespace spork::platform::win32 {

class SocketOffer;

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

    /// The message is on its way: what it carries belongs to the receiver now.
    void sent() noexcept;

private:
    std::error_code choose_holder(ProcessHandle receiver) noexcept;
    std::error_code park(RawHandle handle);
    std::error_code hand_socket(RawHandle socket);
    std::error_code offer_socket(RawHandle socket);

    HANDLE holder_ = nullptr;  ///< borrowed: the receiver, the parent, or this process
    ProcessIdentity holder_identity_;

    std::vector<std::byte> trailer_;
    std::vector<HANDLE> parked_;  ///< values in the holder's table
    std::vector<std::shared_ptr<SocketOffer>> offers_;
};

/// Takes the `count` handles that a trailer describes. std::errc::bad_message when it is not a trailer of ours,
/// owner_dead when the process that kept a handle has ended. On an error none is left open.
std::error_code take_handles(std::span<const std::byte> trailer, std::size_t count, RawHandle stop,
                             std::vector<Handle>& handles);

}  // namespace spork::platform::win32
