#pragma once

/// \file
/// Whether a receiver looks again for a while before it sleeps.

#include <chrono>

namespace spork::platform {

/// Spinner bounds one wait's spinning. When sender and receiver run on two processors, looking again for some microseconds
/// costs less than being woken; when they share one, it keeps the sender from running. Nothing tells the two cases apart but
/// trying, so each thread remembers what paid off: spinning that did not is given up, and tried again after a growing number
/// of waits. A wait that was long anyway teaches nothing. None at all where this process has one processor.
class Spinner {
public:
    /// Whether this wait may spin. When not, the receiver may sleep in the very call that looks.
    Spinner() noexcept;
    bool spins() const noexcept { return spins_; }

    /// Called when nothing was there: false when it is time to sleep.
    bool again() noexcept;

    /// The wait has ended.
    void ended() noexcept;

private:
    using Clock = std::chrono::steady_clock;

    Clock::time_point start_;
    bool spins_;
    bool started_ = false;
    bool slept_ = false;
};

}  // namespace spork::platform
