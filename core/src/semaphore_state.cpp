#include "semaphore_state.hpp"

#include <algorithm>
#include <mutex>

namespace spork::detail {

/// Takes a unit if one is there. Then nobody waits: serve() leaves none to waiters.
bool SemaphoreKeeper::take() noexcept {
    const std::uint64_t value = state_.value;
    if (value == 0) {
        return false;
    }
    if (ProcessCount* held = state_.held.own()) {
        room().journal().commit({{state_.value, value - 1}, {held->owner, own_tag()}, {held->count, held->count + 1}});
    } else {
        state_.value = value - 1;
    }
    return true;
}

/// Gives the units that are there to those who wait, in their order.
void SemaphoreKeeper::serve() noexcept {
    while (state_.value != 0) {
        WaitSlot* const slot = room().first();
        if (!slot) {
            return;
        }
        room().journal().commit({{state_.value, state_.value - 1}, {slot->word, WaitSlot::word_for(Call::go, 0)}});
        wake(*slot);
    }
}

WaitEnd SemaphoreKeeper::acquire(SleepLimit& limit) {
    const std::lock_guard hold(*this);
    tidy();
    if (take()) {
        return WaitEnd::done;
    }
    WaitSlot& slot = room().enter();
    const WaitEnd end = wait(slot, limit);
    if (end != WaitEnd::done) {
        WaitRoom::leave(slot);
        return end;
    }
    if (ProcessCount* held = state_.held.own()) {
        room().journal().commit({{slot.owner, 0}, {held->owner, own_tag()}, {held->count, held->count + 1}});
    } else {
        WaitRoom::leave(slot);
    }
    return end;
}

bool SemaphoreKeeper::try_acquire(bool look_for_dead) noexcept {
    const std::lock_guard hold(*this);
    if (look_for_dead && state_.value == 0) {
        Obituary obituary;
        look_after_others(obituary);
    }
    return take();
}

bool SemaphoreKeeper::release(std::uint64_t units) noexcept {
    const std::lock_guard hold(*this);
    const std::uint64_t value = state_.value;
    if (units > state_.bound - std::min<std::uint64_t>(value, state_.bound)) {
        return false;
    }
    ProcessCount* const held = state_.held.own();
    const std::uint64_t count = held ? held->count.load() : 0;
    if (count != 0) {
        room().journal().commit({{state_.value, value + units},
                                 {held->count, count - std::min(count, units)},
                                 {state_.signals, count < units ? 1 : state_.signals.load()}});
    } else {
        room().journal().commit({{state_.value, value + units}, {state_.signals, 1}});
    }
    serve();
    return true;
}

void SemaphoreKeeper::bury(WaitSlot& slot) noexcept {
    if (slot.call() == Call::none) {
        WaitRoom::leave(slot);
        return;
    }
    room().journal().commit({{slot.owner, 0}, {state_.value, state_.value + 1}});
    serve();
}

void SemaphoreKeeper::look_after_others(Obituary& obituary) noexcept {
    state_.held.each_ended(obituary, [this](ProcessCount& held) {
        const std::uint64_t returned = state_.signals != 0 ? 0 : held.count.load();
        room().journal().commit({{state_.value, state_.value + returned}, {held.count, 0}});
    });
    serve();
}

}  // namespace spork::detail
