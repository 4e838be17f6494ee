#pragma once

/// \file
/// The lock of an object in shared memory, plain or recursive.

#include "shared_object.hpp"
#include "sleep_limit.hpp"

namespace spork::detail {

/// Whether this thread holds a recursive lock.
bool owns_mutex(const MutexState& mutex) noexcept;

bool try_lock_recursive(MutexState& mutex) noexcept;

inline bool try_lock_mutex(SharedObject& object) noexcept {
    MutexState& mutex = object.header().mutex;
    return mutex.kind == LockKind::recursive ? try_lock_recursive(mutex) : mutex.word.try_lock();
}

/// For who has tried and never waits: now and then it looks whether the holder has ended, and then takes the lock.
bool try_succeed_mutex(SharedObject& object) noexcept;

/// For who has tried.
WaitEnd wait_for_mutex(SharedObject& object, SleepLimit limit) noexcept;

/// Throws UsageError when it must not be freed by this thread.
void unlock_mutex(SharedObject& object);

/// Frees a lock however often this thread holds it, for as long as this thread waits for something; returns how often.
std::uint32_t free_mutex(SharedObject& object) noexcept;

/// Takes it again as often. Never ends without the lock.
void take_mutex_back(SharedObject& object, std::uint32_t depth) noexcept;

}  // namespace spork::detail
