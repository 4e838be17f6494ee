#include "arena_heap.hpp"

#include <algorithm>
#include <bit>

namespace spork::detail {

namespace {

constexpr std::uint64_t grain = 16;
constexpr std::uint64_t word = sizeof(StateWord);

/// A free block's words have room in it.
constexpr std::uint64_t smallest = 4 * word;

// In the first word of a block.
constexpr std::uint64_t free_bit = 1;
constexpr std::uint64_t after_free_bit = 2;  ///< the block before is free
constexpr std::uint64_t size_bits = ~(grain - 1);

// From the beginning of a free block.
constexpr std::uint64_t to_next = word;
constexpr std::uint64_t to_previous = 2 * word;

/// Lists for each power of two, as a power of two.
constexpr unsigned fineness = 3;
constexpr unsigned first_level = std::bit_width(smallest) - 1;

constexpr unsigned level_of(std::uint64_t size) noexcept {
    return static_cast<unsigned>(std::bit_width(size)) - 1;
}

/// The list that a free block of this size is in.
constexpr unsigned list_of(std::uint64_t size) noexcept {
    const unsigned level = level_of(size);
    return (level - first_level) << fineness |
           (static_cast<unsigned>(size >> (level - fineness)) & ((1U << fineness) - 1));
}

/// The first list all of whose blocks have this size at least.
constexpr unsigned list_for(std::uint64_t size) noexcept {
    return list_of(size + (std::uint64_t{1} << (level_of(size) - fineness)) - 1);
}

static_assert(list_of(smallest) == 0 && list_of(48) == list_for(48) && list_of(256 - grain) == list_for(256 - grain));
static_assert(list_of(1008) == list_of(960) && list_for(1008) == list_of(1024) && list_for(960) == list_of(960));

/// Blocks of a list that are looked at before the next list is taken: memory that is freed and asked for again in the same
/// size is the same.
constexpr int looks = 8;

constexpr unsigned word_bits = 64;

constexpr std::uint64_t round_up(std::uint64_t number, std::uint64_t step) noexcept {
    return (number + step - 1) / step * step;
}

}  // namespace

void ArenaHeap::make(std::uint64_t size) noexcept {
    const std::uint64_t end = size / grain * grain;
    const std::uint64_t first = first_block();
    Draft draft(books().page, memory_);
    insert(draft, first, end - word - first);
    draft.write(end - word, after_free_bit);
    draft.write(place_of(books().size), end);
    draft.commit();
}

std::uint64_t ArenaHeap::allocate(std::uint64_t bytes, std::uint64_t alignment, bool thorough) noexcept {
    std::uint64_t size = std::max(smallest, round_up(bytes + word, grain));
    // What lies before an aligned place is a block of its own, and must have room for one.
    const std::uint64_t room = alignment > grain ? alignment + smallest : 0;
    Draft draft(books().page, memory_);
    const std::uint64_t found = find(draft, size + room, thorough);
    if (found == 0) {
        return 0;
    }
    const std::uint64_t whole = draft.read(found) & size_bits;
    const std::uint64_t front = misplaced(found, alignment);
    const std::uint64_t block = found + front;
    std::uint64_t rest = whole - front - size;
    if (rest < smallest) {
        size += rest;
        rest = 0;
    }
    remove(draft, found, whole);
    if (front != 0) {
        insert(draft, found, front);
    }
    draft.write(block, size | (front != 0 ? after_free_bit : 0));
    if (rest != 0) {
        insert(draft, block + size, rest);
    } else {
        const std::uint64_t next = block + size;
        draft.write(next, draft.read(next) & ~after_free_bit);
    }
    draft.commit();
    return block + word;
}

void ArenaHeap::free(std::uint64_t place) noexcept {
    Draft draft(books().page, memory_);
    std::uint64_t block = place - word;
    const std::uint64_t head = draft.read(block);
    std::uint64_t size = head & size_bits;
    const std::uint64_t next = block + size;
    if (const std::uint64_t neighbour = draft.read(next); (neighbour & free_bit) != 0) {
        remove(draft, next, neighbour & size_bits);
        size += neighbour & size_bits;
    } else {
        draft.write(next, neighbour | after_free_bit);
    }
    if ((head & after_free_bit) != 0) {
        const std::uint64_t before = draft.read(block - word);
        block -= before;
        size += before;
        remove(draft, block, before);
    }
    insert(draft, block, size);
    draft.commit();
}

void ArenaHeap::grow(std::uint64_t size) noexcept {
    Draft draft(books().page, memory_);
    const std::uint64_t old = this->size();
    std::uint64_t block = old - word;
    std::uint64_t more = size - old;
    if ((draft.read(block) & after_free_bit) != 0) {
        const std::uint64_t before = draft.read(block - word);
        block -= before;
        more += before;
        remove(draft, block, before);
    }
    insert(draft, block, more);
    draft.write(size - word, after_free_bit);
    draft.write(place_of(books().size), size);
    draft.commit();
}

std::uint64_t ArenaHeap::first_block() const noexcept {
    // No block is larger than the memory can become.
    return round_up(head_of(list_of(capacity_) + 1), grain) + grain - word;
}

std::uint64_t ArenaHeap::head_of(unsigned list) const noexcept {
    return books_ + sizeof(ArenaBooks) + list * word;
}

std::uint64_t ArenaHeap::place_of(const StateWord& word) const noexcept {
    return static_cast<std::uint64_t>(reinterpret_cast<const std::byte*>(&word) - memory_);
}

/// A free block of this size at least.
std::uint64_t ArenaHeap::find(const Draft& draft, std::uint64_t size, bool thorough) const noexcept {
    std::uint64_t block = draft.read(head_of(list_of(size)));
    for (int i = 0; block != 0 && (thorough || i < looks); ++i) {
        if ((draft.read(block) & size_bits) >= size) {
            return block;
        }
        block = draft.read(block + to_next);
    }
    const unsigned first = list_for(size);
    std::uint64_t lists = ~std::uint64_t{0} << first % word_bits;
    for (unsigned i = first / word_bits; i < books().filled.size(); ++i) {
        lists &= draft.read(place_of(books().filled[i]));
        if (lists != 0) {
            return draft.read(head_of(i * word_bits + static_cast<unsigned>(std::countr_zero(lists))));
        }
        lists = ~std::uint64_t{0};
    }
    return 0;
}

/// How much of the block has to be left free so that the user's bytes are aligned.
std::uint64_t ArenaHeap::misplaced(std::uint64_t block, std::uint64_t alignment) const noexcept {
    if (alignment <= grain) {
        return 0;
    }
    const std::uint64_t address = reinterpret_cast<std::uintptr_t>(memory_) + block + word;
    const std::uint64_t front = round_up(address, alignment) - address;
    return front == 0 || front >= smallest ? front : front + alignment;
}

void ArenaHeap::flag(Draft& draft, unsigned list, bool filled) noexcept {
    const std::uint64_t place = place_of(books().filled[list / word_bits]);
    const std::uint64_t bit = std::uint64_t{1} << list % word_bits;
    const std::uint64_t bits = draft.read(place);
    draft.write(place, filled ? bits | bit : bits & ~bit);
}

void ArenaHeap::insert(Draft& draft, std::uint64_t block, std::uint64_t size) noexcept {
    const unsigned list = list_of(size);
    const std::uint64_t head = head_of(list);
    const std::uint64_t next = draft.read(head);
    draft.write(block, size | free_bit);
    draft.write(block + to_next, next);
    draft.write(block + to_previous, 0);
    draft.write(block + size - word, size);
    draft.write(head, block);
    if (next != 0) {
        draft.write(next + to_previous, block);
    } else {
        flag(draft, list, true);
    }
    const std::uint64_t free = place_of(books().free_bytes);
    draft.write(free, draft.read(free) + size);
}

void ArenaHeap::remove(Draft& draft, std::uint64_t block, std::uint64_t size) noexcept {
    const std::uint64_t next = draft.read(block + to_next);
    const std::uint64_t previous = draft.read(block + to_previous);
    if (next != 0) {
        draft.write(next + to_previous, previous);
    }
    if (previous != 0) {
        draft.write(previous + to_next, next);
    } else {
        const unsigned list = list_of(size);
        draft.write(head_of(list), next);
        if (next == 0) {
            flag(draft, list, false);
        }
    }
    const std::uint64_t free = place_of(books().free_bytes);
    draft.write(free, draft.read(free) - size);
}

}  // namespace spork::detail
