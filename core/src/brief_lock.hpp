#pragma once

/// \file
/// A lock in shared memory for changes of a few words.

#include "shared_word.hpp"

#include "platform/segment.hpp"

#include <atomic>
#include <cstdint>

namespace spork::detail {

/// BriefLock is held for so short a time that nobody is woken for it: who finds it taken looks again for a while, and then
/// naps. Its word is the tag of the process that holds it, or zero. Taking it is one locked instruction, freeing it a plain
/// store. Unlike LockWord it queues nobody: of several that wait, whoever looks first gets it.
///
/// | a process is killed  | what is left, and who repairs it                                                    |
/// |----------------------|-------------------------------------------------------------------------------------|
/// | holding the lock     | its tag: who wants the lock takes it over, and finishes what the dead one had begun |
/// | while it does so     | the same                                                                            |
/// | waiting for the lock | nothing                                                                             |
class BriefLock {
public:
    /// Waits for as long as it takes. True when the last holder was killed while it held the lock.
    [[nodiscard]] bool lock(platform::Mapping& mapping) noexcept {
        std::uint64_t free = 0;
        return !word_.compare_exchange_strong(free, own_tag(), std::memory_order_acquire, std::memory_order_relaxed) &&
               wait(mapping);
    }

    void unlock() noexcept { word_.store(0, std::memory_order_release); }

private:
    bool wait(platform::Mapping& mapping) noexcept;

    StateWord word_{0};
};

}  // namespace spork::detail
