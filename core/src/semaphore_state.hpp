#pragma once

/// \file
/// A count of units in shared memory, and who holds them.

#include "wait_room.hpp"

#include <cstddef>
#include <cstdint>

namespace spork::detail {

/// What one process has acquired and not released. It keeps its entry until somebody needs it who finds no free one.
struct Holding {
    StateWord owner;  ///< tag; 0: the entry is free, and so are all after it
    StateWord units;
};

/// SemaphoreState counts units, and remembers who holds how many, so that a dead process's can be given back.
///
/// A semaphore guards things, which their holder gives back, or counts signals, which one process takes and another gives.
/// A process's end returns things and no signals. The two are told apart by use: once units were released by a process that
/// held none, they are signals, and nothing is given back any more.
struct SemaphoreState {
    /// Processes whose units are remembered; more may hold some, which are lost with them.
    static constexpr std::size_t remembered = 128;

    StateWord value;
    StateWord bound;    ///< no release beyond it
    StateWord signals;  ///< 1: what was released was not always held
    StateWord unused;
    Holding holdings[remembered];
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

    /// This process's entry, which may have to be written its tag; null when all are taken.
    Holding* own_holding() noexcept;

    SemaphoreState& state_;
};

}  // namespace spork::detail
