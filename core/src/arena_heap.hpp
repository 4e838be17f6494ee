#pragma once

/// \file
/// Pieces of any size of one growing memory. Every step is a Draft: a process that is killed in the middle leaves books
/// that the next one finishes, or finds as if nothing had begun.
///
/// The memory from the first block on is a row of blocks without a gap, and a last word that ends it. A block begins with
/// a word, its size and two bits; what the user gets comes right after it, and is aligned to 16 bytes. A block lies at 8
/// modulo 16, and its size is a multiple of 16.
///
///                 in use                        free
///     0           size | after_free?            size | free
///     8           the user's bytes              place of the next free block of its list
///     16                                        place of the one before; 0: it is the first
///     size - 8                                  size, so that its neighbour finds its beginning
///
/// Two free blocks never touch. Free blocks are in lists by size: eight for each power of two, of which those up to 256
/// bytes have one size each. A bit for each list tells whether there is a block in it.

#include "draft.hpp"
#include "shared_word.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace spork::detail {

/// What the heap knows, in the shared memory. The heads of the lists follow it, then the first block. It begins as zeros.
struct ArenaBooks {
    StateWord size;  ///< bytes of the memory, up to the end of the last word
    StateWord free_bytes;
    std::array<StateWord, 8> filled;  ///< a bit for each list
    DraftPage page;
};

/// The lock over the books is the caller's. Places are counted from the beginning of the memory; 0 is none.
class ArenaHeap {
public:
    /// The memory, the place of its books in it, and how far it can grow.
    ArenaHeap(std::byte* memory, std::uint64_t books, std::uint64_t capacity) noexcept
        : memory_(memory), books_(books), capacity_(capacity) {}

    /// For new memory.
    void make(std::uint64_t size) noexcept;

    /// For who holds the lock after a dead one.
    void recover() noexcept { Draft::redo(books().page, memory_, capacity_); }

    /// Room for so many bytes at an address of that alignment, a power of two; both are no more than the capacity. 0 when
    /// there is none. It looks at some blocks only, unless it is to be `thorough`.
    std::uint64_t allocate(std::uint64_t bytes, std::uint64_t alignment, bool thorough) noexcept;

    /// For a place that allocate gave.
    void free(std::uint64_t place) noexcept;

    /// The memory has become larger: a multiple of 16.
    void grow(std::uint64_t size) noexcept;

    std::uint64_t size() const noexcept { return books().size.load(std::memory_order_relaxed); }
    std::uint64_t free_bytes() const noexcept { return books().free_bytes.load(std::memory_order_relaxed); }

    /// Where the blocks begin.
    std::uint64_t first_block() const noexcept;

private:
    ArenaBooks& books() const noexcept {
        return *reinterpret_cast<ArenaBooks*>(memory_ + static_cast<std::size_t>(books_));
    }

    std::uint64_t head_of(unsigned list) const noexcept;
    std::uint64_t place_of(const StateWord& word) const noexcept;
    std::uint64_t find(const Draft& draft, std::uint64_t size, bool thorough) const noexcept;
    std::uint64_t misplaced(std::uint64_t block, std::uint64_t alignment) const noexcept;
    void flag(Draft& draft, unsigned list, bool filled) noexcept;
    void insert(Draft& draft, std::uint64_t block, std::uint64_t size) noexcept;
    void remove(Draft& draft, std::uint64_t block, std::uint64_t size) noexcept;

    std::byte* memory_;
    std::uint64_t books_;
    std::uint64_t capacity_;
};

}  // namespace spork::detail
