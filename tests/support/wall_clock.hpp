#pragma once

/// \file
/// A wall clock that tests can move. The system keeps its own: only what this process is told is another time.

#include <chrono>

namespace support {

/// From now on every function that tells this process, its libraries included, the time of day tells one that is so much
/// later. For Linux and Windows.
void shift_wall_clock(std::chrono::seconds later);

}  // namespace support
