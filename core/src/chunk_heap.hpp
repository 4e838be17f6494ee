#pragma once

/// \file
/// Pieces of one growing segment, given out and taken back by any process.

#include "brief_lock.hpp"
#include "journal.hpp"
#include "obituary.hpp"
#include "shared_word.hpp"

#include "platform/segment.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace spork::detail {

/// Chunk is a piece of the heap: this header, then its bytes. Its size is a power of two.
///
/// `use` tells who needs it; the last one gives it back:
///
/// | bit    | set by                                    | cleared by                                                  |
/// |--------|-------------------------------------------|-------------------------------------------------------------|
/// | listed | the producer that links it into the queue | the consumer that goes on to the next chunk                 |
/// | held   | who fills it, or reads it in place        | the same; when its process was killed (`owner`): bury_dead  |
/// | free   | who gives it back                         | who takes it again                                          |
///
/// A chunk without any bit was to be given back by a process that was killed: bury_dead finds it.
struct Chunk {
    static constexpr std::uint64_t listed = 1;
    static constexpr std::uint64_t held = 2;
    static constexpr std::uint64_t free = 4;

    StateWord next;  ///< place of the next chunk in the queue, or in the list of free ones; 0: none
    StateWord size;  ///< log2, of the whole chunk
    StateWord use;
    StateWord owner;   ///< tag, while it is held
    StateWord end;     ///< bytes of messages; for the queue to know, once there is a next chunk
    StateWord sealed;  ///< one message, to be read in place
    StateWord unused;
    StateWord life;  ///< how often it was given out: a chunk that came back is another one

    std::byte* bytes() noexcept { return reinterpret_cast<std::byte*>(this + 1); }
    std::size_t capacity() const noexcept { return (std::size_t{1} << size.load()) - sizeof(Chunk); }
};
static_assert(sizeof(Chunk) == 64);

/// ChunkHeap gives out chunks from the end of the segment, and those that came back first. It begins as zeros.
struct HeapState {
    static constexpr std::size_t smallest = 16;  ///< log2: 64 KiB
    static constexpr std::size_t classes = 32;

    BriefLock lock;
    StateWord top;  ///< bytes given out so far, from the heap's beginning
    StateWord free[classes];
    StateWord kept;     ///< bytes of free chunks whose memory is kept warm
    StateWord bury_at;  ///< when `top` would exceed this, the dead are looked for
    Journal journal;
};

class ChunkHeap {
public:
    /// `base` is where the chunks begin in the mapping, as bytes from its beginning: not zero.
    ChunkHeap(HeapState& state, platform::Mapping& mapping, std::size_t base) noexcept
        : state_(state), mapping_(mapping), base_(base), data_(mapping.data()), size_(mapping.size()) {}

    /// A chunk with room for so many bytes, held by this process, empty. Null when the segment or the memory is full.
    Chunk* allocate(std::size_t bytes) noexcept;

    /// Whether the heap has to grow, and has grown so much since bury_dead() that the dead should be looked for first.
    bool wants_burial(std::size_t bytes) const noexcept;

    /// Clears the bit; the chunk comes back when no bit is left.
    void release(Chunk& chunk, std::uint64_t bit) noexcept;

    /// Lets go what killed processes held. The caller holds every lock under which chunks are linked or taken: what was
    /// begun there is finished.
    void bury_dead() noexcept;

    /// The chunk at a place that another process wrote; null when none can be there.
    Chunk* find(std::uint64_t place) noexcept {
        constexpr std::uint64_t least = std::uint64_t{1} << HeapState::smallest;
        if (place < base_ || (place - base_) % least != 0 || place > size_ - least ||
            !touchable(place + sizeof(Chunk))) {
            return nullptr;
        }
        Chunk& chunk = at(place);
        const std::uint64_t size = chunk.size;
        const bool possible = size >= HeapState::smallest && size < HeapState::smallest + HeapState::classes;
        return possible && touchable(place + (std::uint64_t{1} << size)) ? &chunk : nullptr;
    }

    Chunk& at(std::uint64_t place) const noexcept {
        return *reinterpret_cast<Chunk*>(data_ + static_cast<std::size_t>(place));
    }
    std::uint64_t place_of(const Chunk& chunk) const noexcept {
        return static_cast<std::uint64_t>(reinterpret_cast<const std::byte*>(&chunk) - data_);
    }

private:
    class Hold;

    /// Commits what lies before `end`.
    bool touchable(std::uint64_t end) noexcept {
        return end <= touchable_.load(std::memory_order_relaxed) || touch(end);
    }
    bool touch(std::uint64_t end) noexcept;
    Chunk* reuse(std::size_t size) noexcept;
    Chunk* extend(std::size_t size) noexcept;
    void put_back(Chunk& chunk) noexcept;

    HeapState& state_;
    platform::Mapping& mapping_;
    std::size_t base_;
    std::byte* data_;  ///< the mapping's, and how far it can grow
    std::uint64_t size_;
    std::atomic<std::uint64_t> touchable_{0};  ///< bytes that this process is known to have committed
};

}  // namespace spork::detail
