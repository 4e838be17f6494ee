#include "queue_keeper.hpp"

#include "processors.hpp"
#include "system_error.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <string>

namespace spork::detail {

namespace {

using Clock = std::chrono::steady_clock;

/// How long both sides look for each other before they sleep: about what waking costs.
constexpr std::chrono::microseconds looks_for{50};

/// A producer that finds room again gives the consumers time to make more: else the lines that both sides write would go
/// to and fro for each item.
constexpr std::chrono::microseconds lingers_for{1};

/// What another processor has stored before it looked whether somebody sleeps is seen here by then, though no fence stands
/// between its store and its look: store buffers empty themselves within a fraction of it.
constexpr std::chrono::microseconds stores_take{2};

QueueKeeper::End end_of(WaitEnd end) noexcept {
    return end == WaitEnd::stopped ? QueueKeeper::End::stopped : QueueKeeper::End::timed_out;
}

template <class Ready>
bool spin_until(Ready ready, std::chrono::microseconds limit) noexcept {
    for (const auto end = Clock::now() + limit; several_processors() && Clock::now() < end;) {
        if (ready()) {
            return true;
        }
        platform::relax_processor();
    }
    return false;
}

}  // namespace

// Waiting and waking.

/// Who may still put keeps a getter waiting; who may still get, a putter or a joiner. Another thread of this process
/// may do so when it has before; one that only waits here is not counted on, but nobody else need have come yet.
bool QueueKeeper::is_over(Kind kind, const QueueUser& user) noexcept {
    const std::uint64_t use = kind == getter ? QueueUser::puts : QueueUser::gets;
    const bool begun = state_.shared != 0 || user.did(QueueUser::closed);
    const bool own_threads_may = user.did(use) && !user.did(QueueUser::closed);
    return begun && !own_threads_may && !state_.users.others_may(use);
}

template <class Ready>
QueueKeeper::End QueueKeeper::wait_until(Kind kind, const QueueUser& user, Ready ready, SleepLimit& limit) {
    if (const auto over = limit.over()) {
        return end_of(*over);
    }
    if (spin_until(ready, looks_for)) {
        if (kind == putter) {
            spin_until([] { return false; }, lingers_for);
        }
        return End::done;
    }
    const std::lock_guard hold(*this);
    tidy();
    WaitSlot& slot = room().enter(kind);
    // Before the last looks: either one of them sees what the other side did, or the other side sees this.
    if (kind != joiner) {
        (kind == getter ? state_.sleeping_getters : state_.sleeping_putters) = 1;
    }
    End end = End::done;
    if (!ready() && !spin_until(ready, stores_take)) {
        if (is_over(kind, user)) {
            end = ready() ? End::done : End::over;
        } else if (const WaitEnd waited = wait(slot, limit); slot.call() == Call::none) {
            end = end_of(waited);
        }
    }
    WaitRoom::leave(slot);
    return end;
}

/// To be called when something was done. No fence stands between that and the look whether somebody sleeps: it would cost
/// as much as all the rest. So who goes to sleep looks for longer than a store takes to be seen; and should that not be
/// enough once, again within a slice.
void QueueKeeper::wake_one(Kind kind) noexcept {
    const StateWord& sleeping = kind == getter ? state_.sleeping_getters : state_.sleeping_putters;
    if (sleeping.load(std::memory_order_relaxed) == 0) {
        return;
    }
    const std::lock_guard hold(*this);
    call_first(kind);
}

void QueueKeeper::call_first(Kind kind) noexcept {
    WaitSlot* first = nullptr;
    bool more = false;
    room().each([&](WaitSlot& slot) {
        if (slot.waits() && slot.number() == kind) {
            more = more || first;
            if (!first || slot.turn < first->turn) {
                first = &slot;
            }
        }
    });
    if (!more) {
        (kind == getter ? state_.sleeping_getters : state_.sleeping_putters) = 0;
    }
    if (first) {
        call(*first, Call::go);
    }
}

/// All look again: whether there is something for them, or nobody left to wait for.
void QueueKeeper::call_all() noexcept {
    room().each([this](WaitSlot& slot) {
        if (slot.waits()) {
            call(slot, Call::go);
        }
    });
}

/// The dead one may have changed what others wait for, its own entry last of all, and not have called them.
void QueueKeeper::repair() noexcept {
    call_all();
}

/// The dead one may have been called for something that another one can have.
void QueueKeeper::bury(WaitSlot& slot) noexcept {
    const bool called = slot.call() == Call::go;
    WaitRoom::leave(slot);
    if (called) {
        call_all();
    }
}

/// Once a slice, too: who called nobody may have seen an older word, or have finished for a dead producer what filled the
/// queue, so that nobody puts before somebody gets.
void QueueKeeper::look_after_others(Obituary& obituary) noexcept {
    if (!ring_.is_empty()) {
        call_first(getter);
    }
    if (!ring_.is_full({})) {
        call_first(putter);
    }
    bury_dead_users(obituary);
}

QueueKeeper::End QueueKeeper::put(const PutMessage& message, QueueUser& user, bool block, SleepLimit& limit) {
    for (;;) {
        switch (ring_.put(message)) {
            case QueueRing::Put::done:
                wake_one(getter);
                return End::done;
            case QueueRing::Put::no_memory:
                return End::no_memory;
            case QueueRing::Put::no_handles:
                return End::no_handles;
            case QueueRing::Put::corrupt:
                return End::corrupt;
            case QueueRing::Put::full:
                break;
        }
        if (!block) {
            return End::not_now;
        }
        const auto has_room = [&] { return !ring_.is_full(message); };
        if (const End end = wait_until(putter, user, has_room, limit); end != End::done) {
            return end;
        }
    }
}

QueueKeeper::End QueueKeeper::wait_for_message(const QueueUser& user, SleepLimit& limit) {
    return wait_until(
        getter, user, [this] { return !ring_.is_empty(); }, limit);
}

QueueKeeper::End QueueKeeper::get(TakenMessage& message, QueueUser& user, bool block, SleepLimit& limit) {
    for (;;) {
        if (ring_.get(message, user)) {
            wake_one(putter);
            return End::done;
        }
        if (!block) {
            return End::not_now;
        }
        if (const End end = wait_for_message(user, limit); end != End::done) {
            return end;
        }
    }
}

// Tasks.

bool QueueKeeper::finish_task(QueueUser& user) noexcept {
    const std::lock_guard hold(*this);
    const std::uint64_t done = state_.done;
    if (done >= state_.put_count) {
        return false;
    }
    const std::uint64_t own = user.done;
    room().journal().commit({{state_.done, done + 1}, {user.done, own < user.taken ? own + 1 : own}});
    if (state_.done >= state_.put_count) {
        call_all();
    }
    return true;
}

QueueKeeper::End QueueKeeper::join(QueueUser& user, SleepLimit& limit) {
    const auto all_done = [this] { return state_.done >= state_.put_count; };
    for (;;) {
        const End end = wait_until(joiner, user, all_done, limit);
        if (end != End::done || all_done()) {
            return end;
        }
    }
}

// Users.

QueueUser& QueueKeeper::enter(std::uint64_t ticket) {
    const std::lock_guard hold(*this);
    const auto try_to_enter = [&] {
        return ticket != 0 ? state_.users.take_over(ticket, room().journal()) : state_.users.enter();
    };
    QueueUser* user = try_to_enter();
    if (!user) {
        Obituary obituary;
        bury_dead_users(obituary);
        user = try_to_enter();
    }
    if (!user) {
        throw_system(std::make_error_code(std::errc::resource_unavailable_try_again),
                     "more than " + std::to_string(QueueUsers::capacity) + " processes use one Queue");
    }
    return *user;
}

void QueueKeeper::leave(QueueUser& user) noexcept {
    const std::lock_guard hold(*this);
    if (QueueUsers::is_own(&user) && QueueUsers::leave(user)) {
        bury_user(user);
        call_all();
    }
}

void QueueKeeper::mark(QueueUser& user, std::uint64_t use) noexcept {
    const std::lock_guard hold(*this);
    user.state |= use;
    if (use == QueueUser::closed) {
        call_all();
    }
}

std::uint64_t QueueKeeper::lend() {
    const std::lock_guard hold(*this);
    std::uint64_t ticket = state_.users.lend();
    if (ticket == 0) {
        Obituary obituary;
        bury_dead_users(obituary);
        ticket = state_.users.lend();
    }
    if (ticket == 0) {
        throw_system(std::make_error_code(std::errc::resource_unavailable_try_again),
                     "more than " + std::to_string(QueueUsers::capacity) + " processes use one Queue");
    }
    state_.shared = 1;
    return ticket;
}

void QueueKeeper::hand_over(std::uint64_t ticket, std::uint64_t receiver) noexcept {
    const std::lock_guard hold(*this);
    if (QueueUser* const loan = state_.users.loan_of(ticket)) {
        loan->owner = receiver;
    }
}

void QueueKeeper::take_back(std::uint64_t ticket) noexcept {
    const std::lock_guard hold(*this);
    if (QueueUser* const loan = state_.users.loan_of(ticket)) {
        bury_user(*loan);
        call_all();
    }
}

/// What it had taken and not finished nobody will finish: it counts as done, so that join() ends. The get lock, because
/// a killed process may have been about to count one more.
void QueueKeeper::bury_user(QueueUser& user) noexcept {
    const RingLock nobody_takes = RingLock::for_getting(state_, mapping_);
    const std::uint64_t lost = user.taken - std::min(user.taken.load(), user.done.load());
    const std::uint64_t done = std::min(state_.done + lost, std::max(state_.done.load(), state_.put_count.load()));
    room().journal().commit({{state_.done, done}, {user.owner, 0}});
}

void QueueKeeper::bury_dead_users(Obituary& obituary) noexcept {
    bool buried = false;
    state_.users.each([&](QueueUser& user) {
        if (obituary.has_ended(user.owner)) {
            bury_user(user);
            buried = true;
        }
    });
    if (buried) {
        call_all();
    }
}

}  // namespace spork::detail
