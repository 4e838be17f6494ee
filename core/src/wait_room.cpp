#include "wait_room.hpp"

#include "system_error.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace spork::detail {

WaitSlot& WaitRoom::enter(std::uint32_t number) {
    const std::uint64_t used = used_.load(std::memory_order_relaxed);
    std::uint64_t place = 0;
    while (place < used && slots_[place].owner.load(std::memory_order_relaxed) != 0) {
        ++place;
    }
    if (place == capacity) {
        throw_system(std::make_error_code(std::errc::resource_unavailable_try_again),
                     "more than " + std::to_string(capacity) + " threads wait for one object in shared memory");
    }
    if (place == used) {
        used_.store(used + 1, std::memory_order_relaxed);
    }
    WaitSlot& slot = slots_[place];
    const std::uint64_t turn = next_turn_.load(std::memory_order_relaxed);
    next_turn_.store(turn + 1, std::memory_order_relaxed);
    slot.turn.store(turn, std::memory_order_relaxed);
    slot.word.store(WaitSlot::word_for(Call::none, number), std::memory_order_relaxed);
    slot.owner.store(own_tag(), std::memory_order_release);  // last: now it is taken
    return slot;
}

WaitSlot* WaitRoom::first() noexcept {
    WaitSlot* found = nullptr;
    each([&](WaitSlot& slot) {
        if (slot.waits() && (!found || slot.turn < found->turn)) {
            found = &slot;
        }
    });
    return found;
}

std::uint32_t WaitRoom::waiting() noexcept {
    std::uint32_t count = 0;
    each([&](const WaitSlot& slot) { count += slot.waits() ? 1 : 0; });
    return count;
}

WaitSlot* WaitRoom::neighbour(const WaitSlot& slot) noexcept {
    // How far a turn lies back, all the way round: a later one lies almost a whole round back.
    const std::uint64_t own = slot.turn;
    WaitSlot* found = nullptr;
    std::uint64_t nearest = std::numeric_limits<std::uint64_t>::max();
    each([&](WaitSlot& other) {
        const std::uint64_t distance = own - other.turn;
        if (&other != &slot && distance < nearest) {
            nearest = distance;
            found = &other;
        }
    });
    return found;
}

void RoomKeeper::lock() noexcept {
    room_.lock_.lock(mapping_);
    if (room_.lock_.abandoned()) {
        room_.journal_.redo();
        repair();
        room_.lock_.make_consistent();
    }
}

void RoomKeeper::tidy() noexcept {
    constexpr std::uint64_t many = 32;
    if (room_.used_ < std::max<std::uint64_t>(room_.tidy_at_, many)) {
        return;
    }
    Obituary obituary;
    room_.each([&](WaitSlot& slot) {
        if (obituary.has_ended(slot.owner)) {
            bury(slot);
        }
    });
    std::uint64_t used = room_.used_;
    while (used != 0 && room_.slots_[used - 1].owner == 0) {
        --used;
    }
    room_.used_ = used;
    room_.tidy_at_ = used + many;
}

void RoomKeeper::sleep_on(const StateWord& word, SleepLimit& limit) noexcept {
    const auto seen = static_cast<std::uint32_t>(word.load());
    unlock();
    mapping_.sleep(low_half(word), seen, limit.next_slice());
    lock();
}

WaitEnd RoomKeeper::wait(WaitSlot& slot, SleepLimit& limit) noexcept {
    const WakeOnStop wake_on_stop(limit, mapping_, low_half(slot.word));
    Obituary obituary;
    while (slot.call() == Call::none) {
        if (const auto over = limit.over()) {
            return *over;
        }
        sleep_on(slot.word, limit);
        if (slot.call() == Call::none && is_ready(slot)) {
            call(slot, Call::go);
        }
        if (slot.call() != Call::none) {
            break;
        }
        WaitSlot* const neighbour = room_.neighbour(slot);
        if (neighbour && obituary.has_ended(neighbour->owner)) {
            bury(*neighbour);
        }
        if (room_.first() == &slot) {
            look_after_others(obituary);
        }
    }
    return WaitEnd::done;
}

}  // namespace spork::detail
