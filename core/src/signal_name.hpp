#pragma once

/// \file
/// Signals by name.

#include <string>

namespace spork::detail {

/// " (SIGTERM)", or nothing for a signal without a well-known name.
std::string signal_suffix(int signal);

}  // namespace spork::detail
