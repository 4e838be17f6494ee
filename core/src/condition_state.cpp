#include "condition_state.hpp"

#include "mutex.hpp"

#include <mutex>

namespace spork::detail {

WaitEnd ConditionKeeper::wait_for_call(SharedObject& mutex, SleepLimit& limit) {
    std::unique_lock hold(*this);
    tidy();
    WaitSlot& slot = room().enter();
    const std::uint32_t depth = free_mutex(mutex);
    const WaitEnd end = wait(slot, limit);
    hold.unlock();
    take_mutex_back(mutex, depth);
    hold.lock();
    const bool called = slot.call() == Call::go;  // in time, or since: by who buried another one that had been called
    WaitRoom::leave(slot);
    return called ? WaitEnd::done : end;
}

void ConditionKeeper::notify(std::size_t count) noexcept {
    const std::lock_guard hold(*this);
    for (; count != 0; --count) {
        WaitSlot* const slot = room().first();
        if (!slot) {
            return;
        }
        call(*slot, Call::go);
    }
}

void ConditionKeeper::bury(WaitSlot& slot) noexcept {
    const bool called = slot.call() == Call::go;
    WaitSlot* const next = room().first();
    if (called && next) {
        room().journal().commit({{slot.owner, 0}, {next->word, WaitSlot::word_for(Call::go, 0)}});
        wake(*next);
    } else {
        WaitRoom::leave(slot);
    }
}

}  // namespace spork::detail
