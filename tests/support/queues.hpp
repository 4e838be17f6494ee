#pragma once

/// \file
/// What children do with queues in many tests.

#include <spork/queue.hpp>

namespace support {

/// Puts `count` numbers from `first` on.
inline void put_range(spork::Queue<int> queue, int first, int count) {
    for (int i = 0; i < count; ++i) {
        queue.put(first + i);
    }
}

}  // namespace support
