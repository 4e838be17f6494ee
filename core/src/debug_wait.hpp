#pragma once

/// \file
/// SPORK_DEBUG_WAIT: a child that waits for a debugger before its target runs.

#include <string>
#include <vector>

namespace spork::detail {

/// Waits if the variable names this child, by its name or by its number: "2" is the second process that its parent made,
/// "2:1" the first one of that. Says on standard error what to do. To be called when the child knows who it is.
void wait_for_debugger_if_asked(const std::string& name, const std::vector<unsigned>& identity);

}  // namespace spork::detail
