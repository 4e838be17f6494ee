#pragma once

/// \file
/// Putting and getting for who waits, and who may still do so.

#include "queue_ring.hpp"
#include "queue_state.hpp"
#include "sleep_limit.hpp"
#include "wait_room.hpp"

#include <cstdint>

namespace spork::detail {

/// QueueKeeper is what one call wants of a queue.
class QueueKeeper final : public RoomKeeper {
public:
    QueueKeeper(QueueState& state, platform::Mapping& mapping, QueueRing& ring) noexcept
        : RoomKeeper(state.room, mapping), state_(state), mapping_(mapping), ring_(ring) {}

    /// How a call ended. not_now: it was not to wait; over: nobody is left who could change anything; no_handles: the
    /// item's handles could not be sent.
    enum class End { done, not_now, timed_out, stopped, over, no_memory, no_handles, corrupt };

    End put(const PutMessage& message, QueueUser& user, bool block, SleepLimit& limit);
    End get(TakenMessage& message, QueueUser& user, bool block, SleepLimit& limit);

    /// Waits until something is there to get; another may be quicker.
    End wait_for_message(const QueueUser& user, SleepLimit& limit);

    bool is_full() const noexcept { return ring_.is_full({}); }

    /// False when there are not so many tasks.
    bool finish_task(QueueUser& user) noexcept;
    End join(QueueUser& user, SleepLimit& limit);

    /// This process's entry, for one object more: with the ticket of the handle that has arrived, or 0. Throws
    /// std::system_error when too many processes use the queue.
    QueueUser& enter(std::uint64_t ticket);

    /// One object less; with the last one the process is no user any more.
    void leave(QueueUser& user) noexcept;

    /// This process now puts, gets, or has closed the queue.
    void mark(QueueUser& user, std::uint64_t use) noexcept;

    /// A handle is on its way: the ticket for its message. Throws as enter() does.
    std::uint64_t lend();

    /// It is for the process with this tag.
    void hand_over(std::uint64_t ticket, std::uint64_t receiver) noexcept;

    /// Its message was never sent.
    void take_back(std::uint64_t ticket) noexcept;

private:
    enum Kind : std::uint32_t { getter, putter, joiner };

    /// Waits until `ready()`; the other side calls one of the kind when it has done something.
    template <class Ready>
    End wait_until(Kind kind, const QueueUser& user, Ready ready, SleepLimit& limit);

    /// Whether nobody can do what this one waits for: its own process neither.
    bool is_over(Kind kind, const QueueUser& user) noexcept;

    void wake_one(Kind kind) noexcept;
    void call_first(Kind kind) noexcept;
    void call_all() noexcept;
    void bury_user(QueueUser& user) noexcept;
    void bury_dead_users(Obituary& obituary) noexcept;
    void repair() noexcept override;
    void bury(WaitSlot& slot) noexcept override;
    void look_after_others(Obituary& obituary) noexcept override;

    QueueState& state_;
    platform::Mapping& mapping_;
    QueueRing& ring_;
};

}  // namespace spork::detail
