#pragma once

/// \file
/// Which processes use a queue, and what for: so that nobody waits for what nobody can do any more.

#include "journal.hpp"
#include "shared_word.hpp"

#include <cstddef>
#include <cstdint>

namespace spork::detail {

/// One process that uses a queue, or one handle to it on its way to a process.
struct alignas(64) QueueUser {
    // What it has done with the queue so far.
    static constexpr std::uint64_t puts = 1;
    static constexpr std::uint64_t gets = 2;
    static constexpr std::uint64_t closed = 4;
    static constexpr std::uint64_t uses = 0xff;
    static constexpr std::uint64_t one = 0x100;  ///< above: objects of the process that refer to it, or a loan's number
    static constexpr std::uint64_t lent = 8;     ///< a handle on its way

    StateWord owner;  ///< tag; of a handle on its way: who sent it, or, once that is known, for whom it is. 0: free
    StateWord state;
    StateWord taken;  ///< items that it took, where tasks are counted; written under the get lock
    StateWord done;   ///< for how many of these it has called task_done()

    bool did(std::uint64_t use) const noexcept { return (state.load(std::memory_order_relaxed) & use) != 0; }
};

/// QueueUsers is the table of a queue's processes. It lies in shared memory and begins as zeros; all functions but
/// is_own want the lock of the room that the journal belongs to.
///
/// | a process is killed            | what is left, and who repairs it                                              |
/// |--------------------------------|-------------------------------------------------------------------------------|
/// | while it writes a new entry    | a free entry: the owner is written last                                       |
/// | with an entry                  | the entry: the waiter that came first has it buried                           |
/// | after it has lent a handle     | its loans: the same                                                           |
/// | before it takes a handle over  | a loan, buried with the process that it is for, or, where that is not known,  |
/// |                                | with the one that sent it                                                     |
class QueueUsers {
public:
    /// Processes and handles on their way at once.
    static constexpr std::size_t capacity = 250;

    static bool is_own(const QueueUser* user) noexcept {
        return user && user->owner.load(std::memory_order_relaxed) == own_tag();
    }

    /// One more object of this process refers to the queue. Null when the table is full.
    QueueUser* enter() noexcept;

    /// The same for a handle that has arrived: its loan is over.
    QueueUser* take_over(std::uint64_t ticket, Journal& journal) noexcept;

    /// One less. True when it was the last: then the entry is to be buried.
    static bool leave(QueueUser& user) noexcept;

    /// A handle is sent; the ticket goes with it. Zero when the table is full.
    std::uint64_t lend() noexcept;

    /// Null when it was taken over, or buried.
    QueueUser* loan_of(std::uint64_t ticket) noexcept;

    /// Whether another process, as far as is known, may still do so: it has not closed the queue, and has done this, or
    /// not the other.
    bool others_may(std::uint64_t use) noexcept;

    template <class Visit>
    void each(Visit visit) noexcept {
        const std::uint64_t used = used_;
        for (std::uint64_t i = 0; i < used && i < capacity; ++i) {
            if (users_[i].owner != 0) {
                visit(users_[i]);
            }
        }
    }

private:
    QueueUser* own() noexcept;
    QueueUser* add(std::uint64_t state) noexcept;

    StateWord used_;  ///< no entry from here on is taken
    StateWord last_loan_;
    QueueUser users_[capacity];
};

}  // namespace spork::detail
