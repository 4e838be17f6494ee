#include "spinner.hpp"

#include "host_facts.hpp"

#include <algorithm>
#include <atomic>

namespace spork::platform {

namespace {

using std::chrono::microseconds;

// Measured on two processors: a message passes between two that spin in about 2 microseconds; waking a sleeper takes 2 on
// the same processor and 20 to 50 on an idle one. Spinning for one wake-up costs at most twice the best choice, and with
// less two processes that answer each other never begin to find each other awake.
constexpr microseconds budget{50};

// A wait that slept and took less than this was woken on its sender's processor.
constexpr microseconds shared_processor{6};

// A wait that spun in vain for so small a part of its time lost nothing by it.
constexpr microseconds long_wait{2500};

// Every so many waits that sleep, one is timed: the clock costs a hundredth of a short wait.
constexpr unsigned timed_one_in = 8;
constexpr unsigned longest_pause = 1024;

/// What one thread has learned.
struct Habit {
    unsigned until_timed = 0;  ///< waits that sleep before one is timed; 0: waits spin
    unsigned pause = 1;        ///< the same, after the next spinning that is in vain
};
thread_local Habit habit;

/// No static object: a process that is forked while another thread makes one would wait for it for ever.
bool several_processors() noexcept {
    static constinit std::atomic<int> known{0};  // processors, up to 2; 0: not yet
    int count = known.load(std::memory_order_relaxed);
    if (count == 0) {
        count = cpus_of_this_process() > 1 ? 2 : 1;
        known.store(count, std::memory_order_relaxed);
    }
    return count > 1;
}

}  // namespace

Spinner::Spinner() noexcept : spins_(habit.until_timed == 0 && several_processors()) {
    if (habit.until_timed != 0 && --habit.until_timed == 0) {
        timed_ = true;
        start_ = Clock::now();
    }
}

bool Spinner::again() noexcept {
    if (!spins_) {
        return false;
    }
    const auto now = Clock::now();
    if (!timed_) {
        timed_ = true;
        start_ = now;
    }
    if (now - start_ < budget) {
        return true;
    }
    slept_ = true;
    return spins_ = false;
}

void Spinner::ended() noexcept {
    if (!timed_) {
        return;
    }
    if (spins_) {
        habit.pause = 1;
        return;
    }
    const auto time = Clock::now() - start_;
    if (slept_ && time < long_wait) {
        habit.until_timed = habit.pause;
        habit.pause = std::min(longest_pause, habit.pause * 2);
    } else if (!slept_ && (time < shared_processor || time >= budget)) {
        habit.until_timed = timed_one_in;
    }
}

}  // namespace spork::platform
