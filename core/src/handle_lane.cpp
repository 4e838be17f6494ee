#include "handle_lane.hpp"

#include "system_error.hpp"

#include <spork/error.hpp>

#include <chrono>
#include <cstring>

namespace spork::detail {

namespace {

/// A moment that has passed: only what is possible at once.
platform::Patience none() noexcept {
    return {std::chrono::steady_clock::time_point(), platform::no_handle};
}

}  // namespace

HandleLane HandleLane::make() {
    auto channel = platform::make_channel(false);
    if (!channel) {
        throw_system(channel.error(), "cannot make the channel for a Queue's handles");
    }
    return {own(std::move(channel->first)), own(std::move(channel->second))};
}

std::error_code HandleLane::send(std::uint64_t ticket, std::span<const platform::Attachment> handles) const noexcept {
    return platform::channel_send(sender_->native(), std::as_bytes(std::span(&ticket, 1)), handles, none());
}

std::vector<std::shared_ptr<OwnedHandle>> HandleLane::receive(std::uint64_t ticket) const {
    for (;;) {
        platform::Message message;
        if (const std::error_code error = platform::channel_receive(receiver_->native(), message, none())) {
            throw_system(error, "cannot receive the handles of a Queue's item");
        }
        std::uint64_t found = 0;
        if (message.bytes.size() != sizeof found) {
            throw TransferError("what came with a Queue's item is not its handles");
        }
        std::memcpy(&found, message.bytes.data(), sizeof found);
        if (found == ticket) {
            return own_all(message.handles);
        }
        if (found > ticket) {
            throw TransferError("the handles of a Queue's item were lost");
        }
    }
}

void HandleLane::clear() const noexcept {
    if (!receiver_ || receiver_->closed()) {
        return;
    }
    std::error_code error;
    while (!error) {
        platform::Message message;
        error = platform::channel_receive(receiver_->native(), message, none());
    }
}

}  // namespace spork::detail
