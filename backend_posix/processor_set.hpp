#pragma once

/// \file
/// Processors that a process may use.

#include "platform/host.hpp"

#include <span>
#include <system_error>

namespace spork::platform {

/// not_supported where the system has no such notion (Darwin), invalid_argument for a processor that does not exist.
std::error_code set_processors(ProcessId process, std::span<const unsigned> cpus) noexcept;

}  // namespace spork::platform
