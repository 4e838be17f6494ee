#pragma once

/// \file
/// Where threads of any process wait for each other: the ground under semaphores, events, conditions and barriers.

#include "journal.hpp"
#include "lock_word.hpp"
#include "obituary.hpp"
#include "shared_word.hpp"
#include "sleep_limit.hpp"

#include "platform/segment.hpp"

#include <cstddef>
#include <cstdint>

namespace spork::detail {

/// What a waiter is told; the meaning is its primitive's.
enum class Call : std::uint32_t { none, go, broken };

/// One waiting thread. `word` is its Call in the low half, and a number that goes with it.
struct WaitSlot {
    StateWord owner;  ///< tag of the waiting thread's process; 0: the slot is free
    StateWord turn;   ///< who came earlier has the smaller one
    StateWord word;
    StateWord unused;

    Call call() const noexcept {
        return static_cast<Call>(static_cast<std::uint32_t>(word.load(std::memory_order_acquire)));
    }
    std::uint32_t number() const noexcept {
        return static_cast<std::uint32_t>(word.load(std::memory_order_relaxed) >> 32);
    }
    bool waits() const noexcept { return owner.load(std::memory_order_relaxed) != 0 && call() == Call::none; }

    static std::uint64_t word_for(Call call, std::uint32_t number) noexcept {
        return std::uint64_t{number} << 32 | static_cast<std::uint32_t>(call);
    }
};

/// WaitRoom is a short lock, a journal for what it protects, and a slot for each waiting thread. It lies in shared memory
/// and begins as zeros. A thread enters, frees the lock, sleeps on its own slot, and takes the lock again. All functions
/// want the lock held.
///
/// | a process is killed          | what is left, and who repairs it                                                    |
/// |------------------------------|-------------------------------------------------------------------------------------|
/// | holding the lock             | changes that are whole or not begun: the next holder redoes the journal             |
/// | after a call, before its wake | a called sleeper, which looks within a slice                                       |
/// | waiting                      | its slot: the waiter whose neighbour it is has it buried                            |
/// | called, before it has left   | the same; the primitive then gives to another what the dead one was called for      |
class WaitRoom {
public:
    /// Threads that can wait at once.
    static constexpr std::size_t capacity = 1000;

    Journal& journal() noexcept { return journal_; }

    /// Takes a slot. Throws std::system_error when all are taken.
    WaitSlot& enter(std::uint32_t number = 0);

    /// Gives it back.
    static void leave(WaitSlot& slot) noexcept { slot.owner.store(0, std::memory_order_release); }

    /// The waiter that came first and is not called yet; null when nobody waits.
    WaitSlot* first() noexcept;
    std::uint32_t waiting() noexcept;

    /// The taken slot whose turn comes before this one's, or, for the first, the last: so everybody has a neighbour who
    /// looks after it, but who is alone.
    WaitSlot* neighbour(const WaitSlot& slot) noexcept;

    template <class Visit>
    void each(Visit visit) noexcept {
        const std::uint64_t used = used_.load(std::memory_order_relaxed);
        for (std::uint64_t i = 0; i < used; ++i) {
            if (slots_[i].owner.load(std::memory_order_relaxed) != 0) {
                visit(slots_[i]);
            }
        }
    }

private:
    friend class RoomKeeper;

    LockWord lock_;
    StateWord used_;  ///< no slot from here on is taken
    StateWord next_turn_;
    StateWord tidy_at_;  ///< as many slots in use are too many not to look for dead ones
    Journal journal_;
    WaitSlot slots_[capacity];
};

/// RoomKeeper is a primitive's view of its room for one call: it knows what to do about the dead.
class RoomKeeper {
public:
    RoomKeeper(WaitRoom& room, platform::Mapping& mapping) noexcept : room_(room), mapping_(mapping) {}
    RoomKeeper(const RoomKeeper&) = delete;
    RoomKeeper& operator=(const RoomKeeper&) = delete;

    // The room's lock: std::unique_lock<RoomKeeper>. It never fails; a holder that was killed is succeeded.
    void lock() noexcept;
    void unlock() noexcept { room_.lock_.unlock(mapping_); }

protected:
    ~RoomKeeper() = default;

    /// To be called before a thread may enter. Waiters that were killed where nobody looked after them are buried before
    /// their slots become many.
    void tidy() noexcept;

    /// Sleeps in a slot until it is called or the limit ends the wait; looks after the dead meanwhile. With the lock held
    /// before and after. The slot stays taken.
    WaitEnd wait(WaitSlot& slot, SleepLimit& limit) noexcept;

    /// Calls a waiter, which keeps its number.
    void call(WaitSlot& slot, Call call) noexcept {
        slot.word.store(WaitSlot::word_for(call, slot.number()), std::memory_order_release);
        wake(slot);
    }
    void wake(const WaitSlot& slot) noexcept { wake(slot.word); }
    void wake(const StateWord& word) noexcept { mapping_.wake(low_half(word)); }

    /// Sleeps for a slice while the word stays as it is, without the lock.
    void sleep_on(const StateWord& word, SleepLimit& limit) noexcept;

    WaitRoom& room() const noexcept { return room_; }

private:
    /// A holder was killed in the room; its last change is whole.
    virtual void repair() noexcept {}

    /// Asked by each waiter once a slice: whether what it waits for is there although nobody has called it.
    virtual bool is_ready(const WaitSlot&) noexcept { return false; }

    /// The process of this waiter was killed.
    virtual void bury(WaitSlot& slot) noexcept { WaitRoom::leave(slot); }

    /// Asked by the waiter that came first, once a slice: whether others have died that matter.
    virtual void look_after_others(Obituary&) noexcept {}

    WaitRoom& room_;
    platform::Mapping& mapping_;
};

}  // namespace spork::detail
