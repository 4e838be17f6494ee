#pragma once

/// \file
/// What the tests of the seam ask the system for, and no seam offers.

#include "platform/handle.hpp"

#include <string>
#include <vector>

namespace seam {

/// Opens files that every child would inherit whose launcher does not prevent it.
std::vector<spork::platform::Handle> open_inheritable(int count);

/// The words of this program's command line in UTF-8, [0] first. Windows gives main others.
std::vector<std::string> command_line(int argc, char** argv);

/// Loads a library and calls its function without arguments; -1 when there is none.
int call_in_library(const std::string& path, const char* function);

}  // namespace seam
