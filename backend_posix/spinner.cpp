#include "spinner.hpp"

#include "host_facts.hpp"

#include <algorithm>

namespace spork::platform {

namespace {

using std::chrono::microseconds;

// Measured on two processors: a message passes between two that spin in about 2 microseconds; waking a sleeper takes 2 on
// the same processor and 20 to 50 on an idle one. Spinning for one wake-up costs at most twice the best choice, and with
// less two processes that answer each other never begin to find each other awake.
constexpr microseconds budget{50};

// A wait that spun in vain for so small a part of its time lost nothing by it.
constexpr microseconds long_wait{2500};

// Waits without spinning before the next try. With the longest a try that fails takes a hundredth of the time.
constexpr unsigned first_pause = 1;
constexpr unsigned longest_pause = 4096;

/// What one thread has learned.
struct Habit {
    unsigned pause = first_pause;
    unsigned waits_left = 0;  ///< of the pause
};
thread_local Habit habit;

bool several_processors() noexcept {
    static const bool several = cpus_of_this_process() > 1;
    return several;
}

}  // namespace

Spinner::Spinner() noexcept : spins_(habit.waits_left == 0 && several_processors()) {
    if (habit.waits_left != 0) {
        --habit.waits_left;
    }
}

bool Spinner::again() noexcept {
    if (!spins_ || slept_) {
        return false;
    }
    const auto now = Clock::now();
    if (!started_) {
        started_ = true;
        start_ = now;
    }
    slept_ = now - start_ >= budget;
    return !slept_;
}

void Spinner::ended() noexcept {
    if (slept_) {
        if (Clock::now() - start_ < long_wait) {
            habit.waits_left = habit.pause;
            habit.pause = std::min(longest_pause, habit.pause * 2);
        }
    } else if (started_) {
        habit.pause = first_pause;
    }
}

}  // namespace spork::platform
