#pragma once

/// \file
/// A flag in shared memory that can be waited for.

#include "wait_room.hpp"

namespace spork::detail {

struct EventState {
    StateWord flag;
    WaitRoom room;
};

/// A setter that is killed has set the flag first: whoever succeeds it in the room calls those whom it has not called.
class EventKeeper final : public RoomKeeper {
public:
    EventKeeper(EventState& state, platform::Mapping& mapping) noexcept
        : RoomKeeper(state.room, mapping), state_(state) {}

    void set() noexcept;
    void clear() noexcept;

    /// Done also for who waited when the flag was set, and sees it cleared again.
    WaitEnd wait_for_flag(SleepLimit& limit);

private:
    void repair() noexcept override;
    void call_all() noexcept;

    EventState& state_;
};

}  // namespace spork::detail
