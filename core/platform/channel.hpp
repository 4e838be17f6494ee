#pragma once

/// \file
/// Message channels between processes: whole messages in order, with handles attached to them.
///
/// A message is sent whole or not at all: a process that is killed inside send leaves no part of a message behind, and
/// several processes that hold the same end never mix theirs. Where a system cannot promise that, its backend file says so.

#include "platform/deadline.hpp"
#include "platform/message_memory.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spork::platform {

/// The two ends of a new channel. One-way: `first` only receives, `second` only sends.
struct ChannelPair {
    Handle first;
    Handle second;
};

Result<ChannelPair> make_channel(bool duplex) noexcept;

/// A handle that a message takes along. Borrowed: the sender keeps its own.
struct Attachment {
    RawHandle handle = no_handle;
    HandleKind kind = HandleKind::object;
};

/// A process of which the backend may make use when it hands handles over (Windows duplicates straight into it).
/// no_handle where the receiver is unknown.
using ProcessHandle = RawHandle;

/// Sends one message. Blocks while the channel is full, within `patience`.
/// Errors: std::errc::broken_pipe when no process holds the other end any more, timed_out, operation_canceled,
/// argument_list_too_long when more than max_attachments handles are attached, and the system's own.
std::error_code channel_send(RawHandle channel, std::span<const std::byte> message,
                             std::span<const Attachment> attachments, const Patience& patience,
                             ProcessHandle receiver = no_handle) noexcept;

inline constexpr std::size_t max_attachments = 200;

/// A received message. `bytes` stays valid until the next receive into the same object, whose memory is used again.
struct Message {
    std::span<const std::byte> bytes;
    std::vector<Handle> handles;
    MessageMemory storage;  ///< the backend's; grows to the largest message, use `bytes`
};

/// Receives one message, within `patience`.
/// Errors: std::errc::connection_reset (exactly that code) when the other end is gone everywhere and nothing is left,
/// bad_message when the bytes are not a message of ours, timed_out, operation_canceled, and the system's own.
std::error_code channel_receive(RawHandle channel, Message& message, const Patience& patience) noexcept;

/// Whether the handles of messages that nobody receives may stay open in another process when the channel has gone.
bool unread_handles_stay() noexcept;

}  // namespace spork::platform
