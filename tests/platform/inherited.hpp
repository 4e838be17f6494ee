#pragma once

/// \file
/// Handles that a careless program leaves open to its children.

#include "platform/handle.hpp"

#include <string>
#include <vector>

namespace seam {

/// Opens files that every child would inherit whose launcher does not prevent it.
std::vector<spork::platform::Handle> open_inheritable(int count);

/// Loads a library and calls its function without arguments; -1 when there is none.
int call_in_library(const std::string& path, const char* function);

}  // namespace seam
