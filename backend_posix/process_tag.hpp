#pragma once

/// \file
/// What each system tells of a process.

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace spork::platform {

/// Something of the time at which a process started; empty when the system does not tell, or there is none. A zombie has one.
std::optional<std::uint32_t> start_of_process(pid_t process) noexcept;

}  // namespace spork::platform
