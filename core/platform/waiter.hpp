#pragma once

/// \file
/// Waiting for any of many objects.

#include "platform/deadline.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace spork::platform {

enum class WaitKind : std::uint8_t {
    channel,   ///< a message or the end of the channel can be received
    socket,    ///< a socket can be read, or its peer is gone
    sentinel,  ///< a process has ended
    signal,    ///< a signal made by make_signal is raised
};

struct WaitItem {
    RawHandle handle = no_handle;
    WaitKind kind = WaitKind::channel;
};

/// Waits until at least one item is ready; returns the indices of all that are, in order. Nothing is consumed.
/// Empty when the deadline passed. std::errc::operation_canceled when the stop signal was raised first.
/// No limit on the number of items. Resumed after a signal handler.
Result<std::vector<std::size_t>> wait_any(std::span<const WaitItem> items, const Patience& patience) noexcept;

}  // namespace spork::platform
