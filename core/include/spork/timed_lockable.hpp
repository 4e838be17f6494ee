#pragma once

/// \file
/// The standard's names for taking a lock.

#include <spork/timeout.hpp>

#include <chrono>
#include <stop_token>
#include <utility>

namespace spork::detail {

/// TimedLockable makes the standard's TimedLockable of a class that has Python's `acquire(block, timeout, stop)` and
/// `unlock()`: std::scoped_lock, std::unique_lock.
template <class Self>
class TimedLockable {
public:
    /// Waits until it is taken. Never fails because of a dead holder. With a stop token: throws CancelledError when a stop is
    /// requested first.
    void lock(std::stop_token stop = {}) const { self().acquire(true, no_limit, std::move(stop)); }

    /// Takes it if that is possible at once.
    [[nodiscard]] bool try_lock() const { return self().acquire(false); }

    /// Waits at most `limit`; zero or less does not wait. False when the time ran out.
    template <class Rep, class Period>
    [[nodiscard]] bool try_lock_for(std::chrono::duration<Rep, Period> limit) const {
        return self().acquire(true, limit);
    }
    /// Waits for as long as it was until `end` when the call began, even if somebody sets that clock meanwhile.
    template <class Clock, class Duration>
    [[nodiscard]] bool try_lock_until(std::chrono::time_point<Clock, Duration> end) const {
        return self().acquire(true, end - Clock::now());
    }

private:
    friend Self;
    TimedLockable() = default;

    const Self& self() const noexcept { return static_cast<const Self&>(*this); }
};

}  // namespace spork::detail
