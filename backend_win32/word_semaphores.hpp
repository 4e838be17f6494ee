#pragma once

/// \file
/// Sleeping on words that several processes share. WaitOnAddress and keyed events know the threads of one process only.

#include "windows_api.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace spork::platform::win32 {

/// 128 random bits that name a segment.
using SegmentKey = std::array<std::byte, 16>;

/// WordSemaphores has what the threads of this process sleep on, and wake others with: a semaphore for each word, found by
/// a name that is made of the segment's key and the word's place in it. The first sleeper makes it; it is gone when no
/// process has it any more.
///
/// A sleeper gets hold of the semaphore and then looks at the word. A waker has changed the word and then looks for the
/// semaphore. So a waker that finds none has nobody to wake: who comes later sees the changed word.
///
/// A semaphore and no event, because two wakes that come just before two sleepers wait must wake both. A wake that finds
/// no sleeper lets one later sleep end at once.
///
/// Threads: any number at once.
class WordSemaphores {
public:
    explicit WordSemaphores(const SegmentKey& segment) noexcept : segment_(segment) {}
    WordSemaphores(const WordSemaphores&) = delete;
    WordSemaphores& operator=(const WordSemaphores&) = delete;

    /// Sleeps on the word at `place` for at most `limit`. Asks `may_sleep` once no wake can be missed any more.
    template <class Condition>
    void sleep(std::uint64_t place, Condition may_sleep, std::chrono::nanoseconds limit) noexcept {
        const HANDLE semaphore = get(place, Role::sleeper);
        if (may_sleep()) {
            wait(semaphore, limit);
        }
    }

    void wake(std::uint64_t place) noexcept;

private:
    enum class Role : bool { sleeper, waker };

    HANDLE get(std::uint64_t place, Role role) noexcept;
    HANDLE find(std::uint64_t place) noexcept;
    HANDLE keep(std::uint64_t place, Handle semaphore) noexcept;
    static void wait(HANDLE semaphore, std::chrono::nanoseconds limit) noexcept;

    const SegmentKey segment_;
    SRWLOCK lock_ = SRWLOCK_INIT;
    std::unordered_map<std::uint64_t, Handle> known_;
};

}  // namespace spork::platform::win32
