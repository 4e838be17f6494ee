#pragma once

/// \file
/// From wait statuses to ExitInfo.

#include "platform/launcher.hpp"

namespace spork::platform {

ExitInfo exit_info_of(int wait_status) noexcept;

/// Somebody else, the host program, collected the status.
ExitInfo unknown_exit() noexcept;

}  // namespace spork::platform
