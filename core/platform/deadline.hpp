#pragma once

/// \file
/// How long a seam function may block, and what may cut the wait short.

#include "platform/handle.hpp"

#include <chrono>
#include <optional>

namespace spork::platform {

/// A point on the steady clock; empty means for ever. A point in the past polls.
using Deadline = std::optional<std::chrono::steady_clock::time_point>;

/// A signal that wakes a blocked call of this process: an eventfd, pipe or event. Stays raised once raised.
Result<Handle> make_signal() noexcept;
void raise_signal(RawHandle signal) noexcept;

/// Limits one blocking call: the deadline, and a signal (or no_handle) whose raising ends the wait.
struct Patience {
    Deadline deadline;
    RawHandle stop = no_handle;
};

/// Error codes with which a blocking call ends early:
/// std::errc::timed_out when the deadline passed, std::errc::operation_canceled when the signal was raised.

}  // namespace spork::platform
