#pragma once

/// \file
/// Facts about the machine, and output in one piece.

#include <spork/export.hpp>

#include <string_view>

namespace spork {

/// Processors in the system; at least 1. Python: multiprocessing.cpu_count.
SPORK_API unsigned cpu_count() noexcept;

/// Processors that this process may use: affinity mask and container quota (rounded up) considered. At least 1.
SPORK_API unsigned usable_cpu_count() noexcept;

/// Writes a line to standard output in one piece, so that lines of several processes never mix, and flushes it.
/// The newline is added. Errors are dropped.
SPORK_API void print(std::string_view line);

}  // namespace spork
