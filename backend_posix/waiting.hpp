#pragma once

/// \file
/// poll with a deadline and a stop signal.

#include "platform/deadline.hpp"

#include <poll.h>

#include <span>

namespace spork::platform {

/// Polls until an entry is ready. The last entry is this function's own, for the stop signal. Returns the number of ready
/// entries before it, 0 when the deadline passed; operation_canceled when only the signal is raised. Repeated after signal
/// handlers.
Result<int> poll_until(std::span<pollfd> entries, const Patience& patience) noexcept;

/// The same for one descriptor: success, timed_out, operation_canceled.
std::error_code wait_until_ready(int descriptor, short events, const Patience& patience) noexcept;

}  // namespace spork::platform
