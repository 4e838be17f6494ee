#pragma once

/// \file
/// Starting a program with nothing but what it was given.

#include "posix_child.hpp"
#include "streams.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace spork::platform {

/// Words that spork puts into the command line of its children, before the numbers of their descriptors.
inline constexpr std::string_view child_word = "--spork-child=";
inline constexpr std::string_view forkserver_word = "--spork-forkserver=";

/// A program start. The descriptors are inherited under the numbers that the word will name.
struct SpawnRequest {
    std::string_view word;
    const LaunchPlan* plan = nullptr;
    const ChildSetup* setup = nullptr;
    int control = -1;
    int parent_alive = -1;
};

struct Spawned {
    ProcessId id = 0;
    Handle sentinel;
};

/// Starts the program of the plan. Its cost does not grow with this process's memory.
Result<Spawned> spawn_program(const SpawnRequest& request) noexcept;

/// All of a launch by program start: lines, streams, the program, its record. The word says what it is to be.
Result<std::unique_ptr<ChildProcess>> launch_program(const LaunchPlan& plan, std::string_view word) noexcept;

/// The path to execute, and the command line with `word` in it.
std::string program_path(const LaunchPlan& plan);
std::vector<char*> command_line(const LaunchPlan& plan, std::string& word, std::string& path);

/// The environment of the child as execve takes it; this process's own when the plan has none.
std::vector<char*> environment_block(const LaunchPlan& plan);

}  // namespace spork::platform
