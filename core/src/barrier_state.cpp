#include "barrier_state.hpp"

#include <mutex>

namespace spork::detail {

BarrierKeeper::End BarrierKeeper::wait_for_round(const Task<void>& action, SleepLimit& limit, int& number) {
    std::unique_lock hold(*this);
    tidy();
    if (const WaitEnd end = wait_for_actor(limit); end != WaitEnd::done) {
        close_round(Call::broken, true);
        return end == WaitEnd::stopped ? End::stopped : End::broken;
    }
    if (state_.broken != 0) {
        return End::broken;
    }
    const std::uint32_t before = room().waiting();
    number = static_cast<int>(before);
    if (before + 1 >= state_.parties) {
        if (action) {
            run_action(action);
            if (state_.broken != 0) {
                return End::broken;
            }
        }
        close_round(Call::go, false);
        return End::passed;
    }
    WaitSlot& slot = room().enter(before);
    const WaitEnd end = wait(slot, limit);
    const Call call = slot.call();
    WaitRoom::leave(slot);
    if (end == WaitEnd::done) {
        return call == Call::go ? End::passed : End::broken;
    }
    close_round(Call::broken, true);
    return end == WaitEnd::stopped ? End::stopped : End::broken;
}

/// Without the room's lock, so that others can see that somebody acts, and abort.
void BarrierKeeper::run_action(const Task<void>& action) {
    state_.actor = own_tag();
    unlock();
    try {
        action();
    } catch (...) {
        lock();
        state_.actor = 0;
        close_round(Call::broken, true);
        wake(state_.actor);
        throw;
    }
    lock();
    state_.actor = 0;
    wake(state_.actor);
}

WaitEnd BarrierKeeper::wait_for_actor(SleepLimit& limit) noexcept {
    Obituary obituary;
    while (state_.actor != 0) {
        if (const auto over = limit.over()) {
            return *over;
        }
        sleep_on(state_.actor, limit);
        if (obituary.has_ended(state_.actor)) {
            state_.actor = 0;
            close_round(Call::broken, true);
        }
    }
    return WaitEnd::done;
}

void BarrierKeeper::break_round(bool usable_again) noexcept {
    const std::lock_guard hold(*this);
    close_round(Call::broken, !usable_again);
}

void BarrierKeeper::close_round(Call call, bool broken) noexcept {
    state_.closing = WaitSlot::word_for(call, broken ? 1 : 0);
    finish_closing();
}

void BarrierKeeper::finish_closing() noexcept {
    const std::uint64_t closing = state_.closing;
    if (closing == 0) {
        return;
    }
    state_.broken = closing >> 32;
    room().each([&](WaitSlot& slot) {
        if (slot.waits()) {
            call(slot, static_cast<Call>(static_cast<std::uint32_t>(closing)));
        }
    });
    state_.closing = 0;
}

void BarrierKeeper::repair() noexcept {
    finish_closing();
}

void BarrierKeeper::bury(WaitSlot& slot) noexcept {
    const bool waited = slot.waits();
    WaitRoom::leave(slot);
    if (waited) {
        close_round(Call::broken, true);
    }
}

void BarrierKeeper::look_after_others(Obituary& obituary) noexcept {
    bool died = obituary.has_ended(state_.actor);
    if (died) {
        state_.actor = 0;
    }
    state_.members.each_ended(obituary, [&](ProcessCount& member) {
        room().journal().commit({{member.count, 0}});
        died = true;
    });
    if (died) {
        close_round(Call::broken, true);
    }
}

void BarrierKeeper::join() noexcept {
    const std::lock_guard hold(*this);
    state_.members.add_one(room().journal());
}

void BarrierKeeper::quit() noexcept {
    const std::lock_guard hold(*this);
    state_.members.remove_one(room().journal());
}

}  // namespace spork::detail
