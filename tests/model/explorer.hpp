#pragma once

/// \file
/// Runs a few short threads under every interleaving of their steps, with every death.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace model {

/// A small case of an algorithm. Each thread is a process of its own. A step is one access to a Word, or a question to the
/// system: between any two of them every other thread may go on, and this one be killed.
///
/// What the case says of right and wrong are its calls of require().
struct Scenario {
    std::string name;

    /// Makes everything what it is at first.
    std::function<void()> prepare;
    std::vector<std::function<void()>> threads;

    /// Where shared memory begins: a complaint names words by their distance from it.
    const void* memory = nullptr;

    /// What one more process finds when all others have ended.
    std::function<void()> audit = {};

    /// How many may be killed in a run.
    int kills = 0;

    /// How often the clock may jump past every time limit.
    int jumps = 0;

    /// How often a slice may end although others still have something to do. When nobody has, all slices end.
    int early_slices = 0;

    /// Nobody needs the end of a slice to go on, as long as nobody is killed.
    bool exact_wakes = true;

    /// How often, in a run, another thread goes on although this one could: most faults need one or two. No limit unless
    /// one is said.
    int preemptions = no_limit;
    static constexpr int no_limit = 1'000'000;
};

struct Outcome {
    std::string complaint;   ///< empty: nothing was wrong
    std::size_t states = 0;  ///< different ones
    std::size_t runs = 0;
    std::size_t ends = 0;  ///< runs that did not join another one on their way
};

Outcome explore(const Scenario& scenario);

// --- for what stands in for the system, and for the scenarios --------------------------------------------------------

/// The thread that runs now, from 0; `outside` in prepare.
inline constexpr std::size_t outside = 1000;
std::size_t current_thread() noexcept;
bool was_killed(std::size_t thread) noexcept;

/// Before a step: others go on, or this thread is killed. `what` and `where` tell what the step is.
void step(const char* what, const void* where) noexcept;

/// After it: what this thread has learned by it. Nothing else may tell it one run from another.
void learn(std::uint64_t result) noexcept;

/// One of `count` things that may happen.
std::size_t choose(std::size_t count) noexcept;

/// Changes of shared memory have to be told.
void memory_changed(const void* where, std::uint64_t from, std::uint64_t to) noexcept;

/// Puts this thread to sleep until it is woken or a slice ends.
void sleep_on(const void* where) noexcept;
void wake_one(const void* where) noexcept;

/// The same for so short a time that it is no harm when nobody wakes it: it is over when there is something to see, a change
/// told of this place, or when nobody else has anything to do.
void nap_on(const void* where) noexcept;

/// The process of this thread is killed here.
[[noreturn]] void die() noexcept;

/// This thread does not remember anything of what it has learned but `what`: fewer states are different then.
void forget_all_but(std::uint64_t what) noexcept;

/// Ends the exploration with a complaint, and with the steps that led to it.
void require(bool condition, const char* complaint) noexcept;

/// The clock of the model: it stands, or has jumped past every time limit.
struct Clock {
    using time_point = std::chrono::steady_clock::time_point;
    using duration = time_point::duration;
    static time_point now() noexcept;
};

}  // namespace model
