#pragma once

/// \file
/// The scenarios, a function for each subject. A new one is a file with such a function, its line in main.cpp, and the
/// sources that it runs in CMakeLists.txt.

#include "explorer.hpp"

#include <cstddef>
#include <new>
#include <vector>

namespace model {

std::vector<Scenario> condition_scenarios();
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
