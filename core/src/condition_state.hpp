#pragma once

/// \file
/// Waiting in a room for as long as a lock is free.

#include "shared_object.hpp"
#include "wait_room.hpp"

#include <cstddef>

namespace spork::detail {

/// ConditionKeeper notifies the waiters of a room, who hold a lock before and after.
class ConditionKeeper final : public RoomKeeper {
public:
    using RoomKeeper::RoomKeeper;

    /// The caller holds the condition's lock, which is free while it waits. The slot stays taken until the lock is held
    /// again: a waiter that is killed before has not gone on yet, and its notification goes to another.
    WaitEnd wait_for_call(SharedObject& mutex, SleepLimit& limit);

    void notify(std::size_t count) noexcept;

private:
    /// What the dead waiter was called for goes to the next one.
    void bury(WaitSlot& slot) noexcept override;
};

}  // namespace spork::detail
