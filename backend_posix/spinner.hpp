#pragma once

/// \file
/// Whether a receiver looks again for a while before it sleeps.

#include <chrono>

namespace spork::platform {

/// Spinner bounds one wait's spinning. When sender and receiver run on two processors, looking again for some microseconds
/// costs less than being woken; when they share one, it keeps the sender from running. So each thread remembers what pays off:
/// spinning that ended in sleep is given up, and begins again when a wait that slept took so long that spinning would have
/// been quicker. A wait that was long anyway teaches nothing. None at all where this process has one processor.
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
    bool timed_ = false;  ///< start_ is known
    bool slept_ = false;  ///< after spinning
};

}  // namespace spork::platform
