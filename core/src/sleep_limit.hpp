#pragma once

/// \file
/// How long a wait on shared memory may take.

#include <spork/timeout.hpp>

#include "stop_listener.hpp"

#include "platform/segment.hpp"

#include <algorithm>
#include <chrono>
#include <new>
#include <optional>
#include <stop_token>
#include <utility>

namespace spork::detail {

/// That of time limits.
using Clock = Timeout::Clock;

/// How a wait on shared memory ended.
enum class WaitEnd { done, timed_out, stopped };

/// SleepLimit lasts for one blocking call: its deadline starts when it is made.
///
/// Nobody sleeps for longer than a slice before looking again, so that a process which was killed where it should have
/// woken others, or passed a wake on, delays them by one slice and no more. A look costs 10 to 40 microseconds of processor
/// time, most of it for waking. The first slices are shorter: whoever waits for something that a dead process held learns
/// it soon.
class SleepLimit {
public:
    /// No limit.
    SleepLimit() noexcept = default;
    SleepLimit(Timeout timeout, std::stop_token stop) : deadline_(timeout.deadline()), stop_(std::move(stop)) {}

    const std::stop_token& stop() const noexcept { return stop_; }

    /// Why the wait is over, though what it waits for has not come; empty when it is not.
    std::optional<WaitEnd> over() const noexcept {
        if (stop_.stop_requested()) {
            return WaitEnd::stopped;
        }
        if (deadline_ && Clock::now() >= *deadline_) {
            return WaitEnd::timed_out;
        }
        return std::nullopt;
    }

    /// How long to sleep now.
    std::chrono::nanoseconds next_slice() noexcept {
        const std::chrono::nanoseconds slice = slice_;
        slice_ = std::min(2 * slice_, longest_slice);
        if (!deadline_) {
            return slice;
        }
        return std::min(slice, std::max(std::chrono::nanoseconds::zero(), *deadline_ - Clock::now()));
    }

private:
    static constexpr std::chrono::nanoseconds longest_slice = std::chrono::milliseconds(80);

    std::optional<Clock::time_point> deadline_;
    std::stop_token stop_;
    std::chrono::nanoseconds slice_ = std::chrono::milliseconds(2);
};

/// Wakes the sleeper on a word of this thread when a stop is requested. It may reach another sleeper on the same word: then
/// the stop is seen a slice later, as it is when there is no memory for a listener.
class WakeOnStop {
public:
    WakeOnStop(const SleepLimit& limit, platform::Mapping& mapping, const platform::SharedWord& word) noexcept {
        if (limit.stop().stop_possible()) {
            try {
                listener_.emplace(limit.stop(), [&mapping, &word] { mapping.wake(word); });
            } catch (const std::bad_alloc&) {
            }
        }
    }

private:
    std::optional<StopListener> listener_;
};

}  // namespace spork::detail
