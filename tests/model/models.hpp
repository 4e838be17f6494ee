#pragma once

/// \file
/// The scenarios, a function for each file of them. A new one is a file with such a function, its place in main.cpp, and in
/// CMakeLists.txt the sources that it runs and its subject, with which the names of its scenarios begin. A queue has two: its
/// ring, for who does not wait, and the waiting.

#include "explorer.hpp"

#include <cstddef>
#include <new>
#include <vector>

namespace model {

std::vector<Scenario> barrier_scenarios();
std::vector<Scenario> brief_lock_scenarios();
std::vector<Scenario> condition_scenarios();
std::vector<Scenario> event_scenarios();
std::vector<Scenario> lock_scenarios();
std::vector<Scenario> queue_scenarios();
std::vector<Scenario> semaphore_scenarios();

/// A place for what processes share, the same in every run.
template <class State>
class Shared {
public:
    void make_anew() { new (storage_) State(); }
    State* operator->() noexcept { return std::launder(reinterpret_cast<State*>(storage_)); }
    State& operator*() noexcept { return *operator->(); }

private:
    alignas(State) std::byte storage_[sizeof(State)];
};

}  // namespace model
