#pragma once

/// \file
/// How long a receiver looks again before it sleeps.

#include <chrono>

namespace spork::platform {

/// Spinner bounds one wait's spinning. Waking a sleeper costs more than a short message exchange takes, so a receiver
/// first looks again for some microseconds; how long adapts to whether that paid off lately in this thread. None at all
/// where this process has one processor.
class Spinner {
public:
    Spinner() noexcept;

    /// False when it is time to sleep.
    bool again() noexcept;

    /// The wait ended while spinning.
    void paid_off() noexcept;

private:
    std::chrono::steady_clock::time_point end_;
    bool started_ = false;
};

}  // namespace spork::platform
