#pragma once

/// \file
/// Changing several words of shared memory as one.

#include "shared_word.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace spork::detail {

/// Journal makes a change of a few words whole or not at all, whatever instant its process is killed at. It is used by
/// whoever holds the lock over the words, and stands in the same segment.
///
/// | killed                                | what the next holder of the lock does                          |
/// |---------------------------------------|----------------------------------------------------------------|
/// | while the changes are noted           | nothing: `count_` is zero, no word has changed                 |
/// | after `count_` is stored              | redo() makes all of them; making one again changes nothing     |
/// | after `count_` is zero again          | nothing: all are made                                          |
class Journal {
public:
    struct Change {
        StateWord& word;
        std::uint64_t value;
    };

    void commit(std::initializer_list<Change> changes) noexcept {
        std::uint64_t count = 0;
        for (const Change& change : changes) {
            entries_[count].place.store(place_of(change.word), std::memory_order_relaxed);
            entries_[count].value.store(change.value, std::memory_order_relaxed);
            ++count;
        }
        count_.store(count, std::memory_order_release);
        for (const Change& change : changes) {
            change.word.store(change.value, std::memory_order_release);
        }
        count_.store(0, std::memory_order_release);
    }

    /// Finishes what a dead process had begun.
    void redo() noexcept {
        const std::uint64_t count = count_.load(std::memory_order_acquire);
        for (std::uint64_t i = 0; i < count && i < most; ++i) {
            word_at(entries_[i].place.load(std::memory_order_relaxed))
                .store(entries_[i].value.load(std::memory_order_relaxed), std::memory_order_release);
        }
        count_.store(0, std::memory_order_release);
    }

    /// The same for a journal whose last change publishes the others: a word that no value comes back to. Once it is made
    /// other processes may have gone on from there, and have changed words that stand here: then nothing is left to do.
    void redo_unless_published() noexcept {
        const std::uint64_t count = count_.load(std::memory_order_acquire);
        if (count != 0 && count <= most) {
            const Entry& last = entries_[count - 1];
            if (word_at(last.place.load(std::memory_order_relaxed)).load() == last.value.load(std::memory_order_relaxed)) {
                count_.store(0, std::memory_order_release);
            }
        }
        redo();
    }

    static constexpr std::size_t most = 6;

private:
    struct Entry {
        StateWord place;  ///< bytes from the journal: each process has the memory elsewhere
        StateWord value;
    };

    std::uint64_t place_of(const StateWord& word) const noexcept {
        return static_cast<std::uint64_t>(reinterpret_cast<const std::byte*>(&word) -
                                          reinterpret_cast<const std::byte*>(this));
    }
    StateWord& word_at(std::uint64_t place) noexcept {
        return *reinterpret_cast<StateWord*>(reinterpret_cast<std::byte*>(this) + static_cast<std::ptrdiff_t>(place));
    }

    StateWord count_;
    Entry entries_[most];
};

}  // namespace spork::detail
