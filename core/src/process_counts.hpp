#pragma once

/// \file
/// How many of something each process has.

#include "journal.hpp"
#include "obituary.hpp"
#include "shared_word.hpp"

#include <cstddef>
#include <cstdint>

namespace spork::detail {

/// How many one process has. An entry whose count is zero says nothing, whoever its owner was: anybody may take it.
struct ProcessCount {
    StateWord owner;  ///< tag; 0: nobody had this entry yet, nor any after it
    StateWord count;
};

/// ProcessCounts remembers how many units, memberships or roles each process has, so that something can be done about those
/// of a killed one. It lies in shared memory, begins as zeros, and is used under the lock of its object's room.
///
/// A count changes together with what it counts: through the room's journal. Whoever makes an entry its own writes its
/// tag and the count in one change, so that no process is ever said to have what another has:
///
///     if (ProcessCount* units = counts.own()) {
///         journal.commit({{value, value - 1}, {units->owner, own_tag()}, {units->count, units->count + 1}});
///     }
///
/// Entries are dense: looking through them costs as much as most processes had something at once.
class ProcessCounts {
public:
    /// Processes that are remembered at once. What more have is not, and is lost with them.
    static constexpr std::size_t capacity = 200;

    /// This process's entry, or one with the count zero that it may take; null when all are taken.
    ProcessCount* own() noexcept;

    /// One more for this process, when it changes together with nothing else.
    void add_one(Journal& journal) noexcept;

    /// One less; nothing when it has none: it found no entry, or it is a forked child and its parent has them.
    void remove_one(Journal& journal) noexcept;

    /// Visits what ended processes have. It is visited again unless `visit(ProcessCount&)` makes its count zero.
    template <class Visit>
    void each_ended(Obituary& obituary, Visit visit) noexcept {
        for (ProcessCount& entry : entries_) {
            if (entry.owner == 0) {
                return;
            }
            if (entry.count != 0 && obituary.has_ended(entry.owner)) {
                visit(entry);
            }
        }
    }

private:
    ProcessCount entries_[capacity];
};

}  // namespace spork::detail
