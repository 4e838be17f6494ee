#include "spinner.hpp"

#include "host_facts.hpp"

#include <algorithm>

namespace spork::platform {

namespace {

using std::chrono::nanoseconds;

// Measured on two processors: a message passes between two that spin in about 2 microseconds; waking a sleeper takes 2 on
// the same processor and 5 to 50 on another one. Spinning for one wake-up costs at most twice the best choice.
constexpr nanoseconds longest{20'000};
constexpr nanoseconds shortest{4'000};

// Waits without spinning before the next try. A try that fails takes 4 microseconds, which is then a thousandth of the time.
constexpr unsigned first_pause = 16;
constexpr unsigned longest_pause = 1024;

/// What one thread has learned.
struct Habit {
    nanoseconds budget = longest;  ///< zero: not now
    unsigned pause = first_pause;
    unsigned waits_left = 0;       ///< of the pause

    void give_up() noexcept {
        budget = nanoseconds::zero();
        waits_left = pause;
        pause = std::min(longest_pause, pause * 2);
    }
};
thread_local Habit habit;

bool several_processors() noexcept {
    static const bool several = cpus_of_this_process() > 1;
    return several;
}

}  // namespace

Spinner::Spinner() noexcept : spins_(habit.budget != nanoseconds::zero()) {
    if (!spins_ && --habit.waits_left == 0) {
        habit.budget = shortest;
        spins_ = true;
    }
}

bool Spinner::again() noexcept {
    if (!spins_) {
        return false;
    }
    if (!several_processors()) {
        habit.give_up();
        return spins_ = false;
    }
    const auto now = std::chrono::steady_clock::now();
    if (!started_) {
        started_ = true;
        end_ = now + habit.budget;
    }
    if (now < end_) {
        return true;
    }
    habit.budget /= 2;
    if (habit.budget < shortest) {
        habit.give_up();
    }
    return spins_ = false;
}

void Spinner::ended() noexcept {
    if (spins_ && started_) {
        habit.budget = std::min(longest, habit.budget * 2);
        habit.pause = first_pause;
    }
}

}  // namespace spork::platform
