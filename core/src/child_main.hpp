#pragma once

/// \file
/// What runs in a child.

#include <spork/task.hpp>

#include "platform/launcher.hpp"

namespace spork::detail {

/// Runs the child to its end: bootstrap, target, exit work. Never returns and lets no exception out.
[[noreturn]] void child_main(platform::ChildStart start, const Target& in_memory) noexcept;

/// What a forked child finds in the memory that it shares with its parent.
struct ForkContext {
    Target in_memory;  ///< a fork_only target; empty when the target is in the record
};

/// LaunchPlan::run_in_fork.
void run_forked_child(platform::ChildStart start, void* context);

/// LaunchPlan's PreloadRunner.
void run_preload(std::span<const std::byte> record, int argc, char** argv) noexcept;

}  // namespace spork::detail
