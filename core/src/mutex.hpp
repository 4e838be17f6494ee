#pragma once

/// \file
/// The lock of an object in shared memory, plain or recursive.

#include "shared_object.hpp"
#include "sleep_limit.hpp"

namespace spork::detail {

/// Whether this thread holds a recursive lock.
bool owns_mutex(const MutexState& mutex) noexcept;

bool try_lock_mutex(SharedObject& object) noexcept;

/// The same, and now and then it looks whether the holder has ended: for who never waits.
bool try_lock_or_succeed(SharedObject& object) noexcept;

WaitEnd lock_mutex(SharedObject& object, const SleepLimit& limit) noexcept;

/// Throws UsageError when it must not be freed by this thread.
void unlock_mutex(SharedObject& object);

/// Frees a lock however often this thread holds it, for as long as this thread waits for something; returns how often.
std::uint32_t free_mutex(SharedObject& object) noexcept;

/// Takes it again as often. Never ends without the lock.
void take_mutex_back(SharedObject& object, std::uint32_t depth) noexcept;

}  // namespace spork::detail
