#pragma once

/// \file
/// Changing many words of shared memory as one, where each change depends on those before it.

#include "shared_word.hpp"

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace spork::detail {

/// What a Draft is written on, in the shared memory. It begins as zeros.
struct DraftPage {
    static constexpr std::size_t most = 24;

    struct Entry {
        StateWord place;  ///< bytes from the memory's beginning: each process has it elsewhere
        StateWord value;
    };

    StateWord count;
    std::array<Entry, most> entries;
};

/// Draft collects changes of words, and makes all of them or none, whatever instant its process is killed at. Who reads
/// through it sees what it is going to write. It is used by whoever holds the lock over the words. A Journal is for those
/// who know all their changes from the start.
///
/// | killed                           | what the next holder of the lock does                          |
/// |----------------------------------|----------------------------------------------------------------|
/// | before commit() has stored count | nothing: no word has changed                                   |
/// | after that                       | redo() makes all changes; making one again changes nothing     |
/// | after count is zero again        | nothing: all are made                                          |
class Draft {
public:
    /// Of words in the memory that begins at `base`.
    Draft(DraftPage& page, std::byte* base) noexcept : page_(page), base_(base) {}
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    std::uint64_t read(std::uint64_t place) const noexcept {
        if ((written_ & mark(place)) != 0) {
            for (std::size_t i = 0; i < count_; ++i) {
                if (page_.entries[i].place.load(std::memory_order_relaxed) == place) {
                    return page_.entries[i].value.load(std::memory_order_relaxed);
                }
            }
        }
        return word(base_, place).load(std::memory_order_relaxed);
    }

    void write(std::uint64_t place, std::uint64_t value) noexcept {
        std::size_t i = 0;
        if ((written_ & mark(place)) != 0) {
            while (i < count_ && page_.entries[i].place.load(std::memory_order_relaxed) != place) {
                ++i;
            }
        } else {
            i = count_;
        }
        if (i == count_) {
            assert(count_ < DraftPage::most);
            page_.entries[i].place.store(place, std::memory_order_relaxed);
            written_ |= mark(place);
            ++count_;
        }
        page_.entries[i].value.store(value, std::memory_order_relaxed);
    }

    void commit() noexcept {
        page_.count.store(count_, std::memory_order_release);
        apply(page_, base_, count_);
    }

    /// Finishes what a dead process had committed. `size` is that of the memory: nothing beyond is written.
    static void redo(DraftPage& page, std::byte* base, std::uint64_t size) noexcept {
        const std::uint64_t count = page.count.load(std::memory_order_acquire);
        for (std::uint64_t i = 0; i < count && i < DraftPage::most; ++i) {
            if (page.entries[i].place.load(std::memory_order_relaxed) > size - sizeof(StateWord)) {
                page.count.store(0, std::memory_order_release);
                return;
            }
        }
        apply(page, base, count < DraftPage::most ? count : DraftPage::most);
    }

private:
    static StateWord& word(std::byte* base, std::uint64_t place) noexcept {
        return *reinterpret_cast<StateWord*>(base + static_cast<std::size_t>(place));
    }

    static void apply(DraftPage& page, std::byte* base, std::uint64_t count) noexcept {
        for (std::uint64_t i = 0; i < count; ++i) {
            const DraftPage::Entry& entry = page.entries[i];
            word(base, entry.place.load(std::memory_order_relaxed))
                .store(entry.value.load(std::memory_order_relaxed), std::memory_order_release);
        }
        page.count.store(0, std::memory_order_release);
    }

    /// One bit of 64 for a place: when it is not in written_, the place is not in the draft.
    static std::uint64_t mark(std::uint64_t place) noexcept {
        return std::uint64_t{1} << (place / sizeof(StateWord) % 64);
    }

    DraftPage& page_;
    std::byte* base_;
    std::size_t count_ = 0;
    std::uint64_t written_ = 0;
};

}  // namespace spork::detail
