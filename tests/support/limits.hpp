#pragma once

/// \file
/// How long tests wait for what must happen, and how long for what must not.

#include <chrono>

namespace support {

using namespace std::chrono_literals;

/// Whatever does not happen within it never will. Generous: Wine and the sanitizers are slow, machines are shared.
inline constexpr std::chrono::seconds limit = 40s;

/// How long a test watches that something does not happen.
inline constexpr std::chrono::milliseconds moment = 100ms;

}  // namespace support
