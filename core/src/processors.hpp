#pragma once

/// \file
/// Whether somebody else can get on while this thread looks at a word again and again.

#include "platform/host.hpp"

#include <atomic>

namespace spork::detail {

/// Whether this process may use several processors. Found out once. No static object of a function: a process that is forked
/// while another thread makes one would wait for it for ever.
inline bool several_processors() noexcept {
    enum : int { unknown, one, several };
    static constinit std::atomic<int> known{unknown};
    int count = known.load(std::memory_order_relaxed);
    if (count == unknown) {
        count = platform::usable_cpu_count() > 1 ? several : one;
        known.store(count, std::memory_order_relaxed);
    }
    return count == several;
}

}  // namespace spork::detail
