#pragma once

/// \file
/// The exploration of one scenario: what the functions of explorer.hpp talk to.

#include "choices.hpp"
#include "explorer.hpp"

#include <ucontext.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

namespace model {

inline constexpr std::size_t most_threads = 6;  // the auditor is one

enum class Status : std::uint8_t { not_there, runnable, asleep, napping, done, killed };

struct Thread {
    ucontext_t context;
    Status status;
    const void* asleep_on;
    std::uint64_t history;  ///< of all that it has learned: what it does next follows from this
};

enum class Doing : std::uint8_t { run, kill, end_slice, end_all_slices, end_naps };

struct Action {
    Doing doing;
    std::size_t thread;
};

/// All runs of one scenario. A run ends early in a state in which an earlier one was: what follows is known.
class Exploration {
public:
    explicit Exploration(const Scenario& scenario) : scenario_(scenario) {}

    Outcome explore();

    std::size_t current() const noexcept { return current_; }
    const Thread& thread(std::size_t index) const noexcept { return threads_[index]; }
    std::size_t choose(std::size_t count) noexcept { return choices_.choose(count); }
    void step(const char* what, const void* where) noexcept;
    void learn(std::uint64_t result) noexcept;
    void forget_all_but(std::uint64_t what) noexcept;
    void memory_changed(const void* where, std::uint64_t from, std::uint64_t to) noexcept;
    void sleep_on(const void* where, Status status) noexcept;
    void wake_one(const void* where) noexcept;
    [[noreturn]] void die() noexcept;
    [[noreturn]] void fail(const char* complaint) noexcept;
    int jump() noexcept;

private:
    static void enter_thread();
    static bool is_resting(Status status) noexcept { return status == Status::asleep || status == Status::napping; }

    void run();
    void go_on() noexcept;
    std::size_t decide() noexcept;
    void collect_actions() noexcept;
    void end_all(Status status) noexcept;
    void switch_to(std::size_t thread) noexcept;
    bool is_known() noexcept;
    void trace(const char* what, const void* where) noexcept;

    static constexpr std::size_t nobody = most_threads;

    const Scenario& scenario_;
    std::unordered_set<std::uint64_t> states_;
    Choices choices_;
    std::vector<Action> actions_;
    Outcome outcome_;
    bool tracing_ = false;
    std::string trace_;

    // of the run
    ucontext_t main_;
    Thread threads_[most_threads];
    std::size_t current_ = outside;
    std::uint64_t memory_ = 0;
    int kills_ = 0;
    int jumps_ = 0;
    int early_slices_ = 0;
    int slices_ = 0;
    int preemptions_ = 0;
    bool auditing_ = false;
    const char* failed_ = nullptr;
};

/// The one that goes on now; null between two.
extern Exploration* exploration;

}  // namespace model
