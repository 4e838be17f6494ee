#pragma once

/// \file
/// The scenarios, a function for each subject. A new one is a file with such a function, its place in main.cpp, and in
/// CMakeLists.txt the sources that it runs and its name among the subjects, with which the names of its scenarios begin.

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
