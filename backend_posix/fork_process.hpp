#pragma once

/// \file
/// fork, and how to learn of the child's end.

#include "platform/host.hpp"

namespace spork::platform {

struct Forked {
    ProcessId id = 0;  ///< 0 in the child
    Handle sentinel;   ///< in the parent
};

Result<Forked> fork_process() noexcept;

}  // namespace spork::platform
