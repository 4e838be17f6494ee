#pragma once

/// \file
/// Standard streams and directory of a child: opened by the parent, put in place by the child.

#include "platform/launcher.hpp"

#include <array>
#include <vector>

namespace spork::platform {

/// Descriptors above the standard ones that are to become a child's standard streams; -1 where the child keeps what it
/// has.
struct ChildSetup {
    std::array<int, 3> streams{-1, -1, -1};
    int directory = -1;
    bool own_group = false;
    std::vector<Handle> opened;  ///< closes what was opened for this
};

/// Opens what the plan asks for.
Result<ChildSetup> prepare_setup(const LaunchPlan& plan) noexcept;

/// In the child: only calls that are allowed after vfork. 0, or the errno of the step that failed.
int apply_setup(const std::array<int, 3>& streams, int directory, bool own_group) noexcept;

/// In the parent, before the child is told what to do: priority and processors.
std::error_code apply_scheduling(ProcessId child, const LaunchPlan& plan) noexcept;

}  // namespace spork::platform
