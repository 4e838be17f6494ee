#pragma once

/// \file
/// From time limits and stop tokens of the public API to those of the seam.

#include <spork/timeout.hpp>

#include "stop_listener.hpp"

#include "platform/deadline.hpp"

#include <optional>
#include <stop_token>

namespace spork::detail {

/// WaitLimit lasts for one blocking call: its deadline starts when it is made, and a stop request wakes the call.
class WaitLimit {
public:
    /// Throws std::system_error when the system has no handle left for a token that can be stopped.
    WaitLimit(Timeout timeout, const std::stop_token& stop);

    const platform::Patience& patience() const noexcept { return patience_; }

private:
    platform::Patience patience_;
    platform::Handle signal_;
    std::optional<StopListener> listener_;
};

}  // namespace spork::detail
