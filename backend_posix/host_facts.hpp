#pragma once

/// \file
/// Facts that each system gives in its own way.

#include <cstdint>

namespace spork::platform {

/// Processors that the scheduler may use for this process; at least 1.
unsigned cpus_of_this_process() noexcept;

/// Processor time that a container grants, in processors, rounded up; a large number without a quota.
unsigned quota_in_cpus() noexcept;

/// Bytes of memory and swap space that this machine has.
std::uint64_t memory_of_machine() noexcept;

}  // namespace spork::platform
