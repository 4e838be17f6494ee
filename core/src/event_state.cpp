#include "event_state.hpp"

#include <mutex>

namespace spork::detail {

void EventKeeper::set() noexcept {
    const std::lock_guard hold(*this);
    state_.flag = 1;
    call_all();
}

void EventKeeper::clear() noexcept {
    const std::lock_guard hold(*this);
    state_.flag = 0;
}

WaitEnd EventKeeper::wait_for_flag(SleepLimit& limit) {
    const std::lock_guard hold(*this);
    tidy();
    if (state_.flag != 0) {
        return WaitEnd::done;
    }
    WaitSlot& slot = room().enter();
    const WaitEnd end = wait(slot, limit);
    WaitRoom::leave(slot);
    return end;
}

void EventKeeper::repair() noexcept {
    if (state_.flag != 0) {
        call_all();
    }
}

void EventKeeper::call_all() noexcept {
    room().each([this](WaitSlot& slot) {
        if (slot.waits()) {
            call(slot, Call::go);
        }
    });
}

}  // namespace spork::detail
