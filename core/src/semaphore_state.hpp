#pragma once

/// \file
/// A count of units in shared memory, and who holds them.

#include "process_counts.hpp"
#include "wait_room.hpp"

#include <cstdint>

namespace spork::detail {

/// SemaphoreState counts units, and remembers who holds how many, so that a dead process's can be given back.
///
/// A semaphore guards things, which their holder gives back, or counts signals, which one process takes and another gives.
/// A process's end returns things and no signals. The two are told apart by use: once units were released by a process that
/// held none, they are signals, and nothing is given back any more.
struct SemaphoreState {
    StateWord value;
    StateWord bound;    ///< no release beyond it
    StateWord signals;  ///< 1: what was released was not always held
    StateWord unused;
    ProcessCounts held;  ///< units acquired and not released
    WaitRoom room;
};

class SemaphoreKeeper final : public RoomKeeper {
public:
    SemaphoreKeeper(SemaphoreState& state, platform::Mapping& mapping) noexcept
        : RoomKeeper(state.room, mapping), state_(state) {}

    WaitEnd acquire(SleepLimit& limit);
    bool try_acquire(bool look_for_dead) noexcept;

    /// False when that would exceed the bound.
    bool release(std::uint64_t units) noexcept;

private:
    void bury(WaitSlot& slot) noexcept override;
    void look_after_others(Obituary& obituary) noexcept override;

    bool take() noexcept;
    void serve() noexcept;

    SemaphoreState& state_;
};

}  // namespace spork::detail
