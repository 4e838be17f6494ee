#pragma once

/// \file
/// A barrier's rounds, and the processes that may be parties to it.

#include "process_counts.hpp"
#include "wait_room.hpp"

#include <spork/task.hpp>

#include <cstdint>

namespace spork::detail {

/// BarrierState: the waiters of the current round are the waiting slots of the room; a slot's number is how many came before.
///
/// A round is closed by one store to `closing`, which says how; then its waiters are called one after the other. Who
/// succeeds a killed closer in the room finds the word and calls the rest.
struct BarrierState {
    static constexpr std::uint64_t no_time_limit = ~std::uint64_t{0};

    StateWord parties;
    StateWord time_limit;  ///< nanoseconds
    StateWord broken;
    StateWord closing;  ///< a Call and, above it, what `broken` will be
    StateWord actor;    ///< tag of the process that runs the action
    StateWord unused;
    ProcessCounts
        members;  ///< in how many mappings; a process that found no entry breaks the barrier only while it waits
    WaitRoom room;
};

class BarrierKeeper final : public RoomKeeper {
public:
    /// How a wait ended.
    enum class End { passed, broken, stopped };

    BarrierKeeper(BarrierState& state, platform::Mapping& mapping) noexcept
        : RoomKeeper(state.room, mapping), state_(state) {}

    /// `number` becomes how many came before.
    End wait_for_round(const Task<void>& action, SleepLimit& limit, int& number);

    /// Ends the round as broken; later ones too unless the barrier is usable again.
    void break_round(bool usable_again) noexcept;

    void join() noexcept;
    void quit() noexcept;

private:
    void repair() noexcept override;
    void bury(WaitSlot& slot) noexcept override;
    void look_after_others(Obituary& obituary) noexcept override;

    void close_round(Call call, bool broken) noexcept;
    void finish_closing() noexcept;
    void run_action(const Task<void>& action);

    /// Until nobody runs an action: who comes meanwhile belongs to the next round.
    WaitEnd wait_for_actor(SleepLimit& limit) noexcept;

    BarrierState& state_;
};

}  // namespace spork::detail
