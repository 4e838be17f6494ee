#pragma once

/// \file
/// Beside a queue: a channel for the handles of its items.

#include <spork/archive.hpp>

#include "owned_handle.hpp"

#include "platform/channel.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <system_error>
#include <vector>

namespace spork::detail {

/// HandleLane carries handles, which do not fit into shared memory, from one process to another: each with the ticket that
/// its item in the queue has. They come out in the order of their tickets. A lane without ends carries nothing.
class HandleLane {
public:
    /// Items whose handles may be under way at once. Systems bound what lies in a channel: Linux by the descriptors that one
    /// user has in flight (RLIMIT_NOFILE, 1024) and by some 270 messages a socket.
    static constexpr std::uint64_t capacity = 64;

    HandleLane() noexcept = default;
    HandleLane(std::shared_ptr<OwnedHandle> receiver, std::shared_ptr<OwnedHandle> sender) noexcept
        : receiver_(std::move(receiver)), sender_(std::move(sender)) {}

    /// Throws std::system_error.
    static HandleLane make();

    explicit operator bool() const noexcept { return sender_ != nullptr; }
    const std::shared_ptr<OwnedHandle>& receiver() const noexcept { return receiver_; }
    const std::shared_ptr<OwnedHandle>& sender() const noexcept { return sender_; }

    /// Does not wait.
    std::error_code send(std::uint64_t ticket, std::span<const platform::Attachment> handles) const noexcept;

    /// What was sent with the ticket; older handles are dropped. Throws std::system_error, TransferError when it is not there.
    std::vector<std::shared_ptr<OwnedHandle>> receive(std::uint64_t ticket) const;

    /// Takes what lies in it and closes it. For the last process that has it, where that would outlive the lane.
    void clear() const noexcept;

private:
    std::shared_ptr<OwnedHandle> receiver_;
    std::shared_ptr<OwnedHandle> sender_;
};

}  // namespace spork::detail
