#include "chunk_heap.hpp"

#include <algorithm>

namespace spork::detail {

namespace {

/// Free memory that is not given back to the system: to use it again is what makes large items quick.
constexpr std::uint64_t warm = std::uint64_t{64} << 20;

/// Chunks from this size on give their memory back when there is more than that.
constexpr std::uint64_t large = 20;

/// Bytes that the heap may have before the dead are first looked for.
constexpr std::uint64_t first_burial = std::uint64_t{4} << 20;

constexpr std::size_t largest = std::size_t{1} << (HeapState::smallest + HeapState::classes - 2);

/// log2 of the chunk that has room for so many bytes.
constexpr std::size_t size_for(std::size_t bytes) noexcept {
    return std::max<std::size_t>(HeapState::smallest, std::bit_width(bytes + sizeof(Chunk) - 1));
}

}  // namespace

/// The heap's lock, and the end of what its last holder had begun.
class ChunkHeap::Hold {
public:
    explicit Hold(ChunkHeap& heap) noexcept : heap_(heap) {
        if (heap_.state_.lock.lock(heap_.mapping_)) {
            heap_.state_.journal.redo();
        }
    }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() { heap_.state_.lock.unlock(); }

private:
    ChunkHeap& heap_;
};

bool ChunkHeap::wants_burial(std::size_t bytes) const noexcept {
    if (bytes > largest) {
        return false;
    }
    const std::size_t size = size_for(bytes);
    return state_.free[size - HeapState::smallest] == 0 &&
           state_.top + (std::uint64_t{1} << size) > std::max<std::uint64_t>(state_.bury_at, first_burial);
}

bool ChunkHeap::touch(std::uint64_t end) noexcept {
    if (end > size_ || mapping_.commit(static_cast<std::size_t>(end))) {
        return false;
    }
    touchable_.store(end, std::memory_order_relaxed);  // less than another thread's is no harm
    return true;
}

Chunk* ChunkHeap::allocate(std::size_t bytes) noexcept {
    if (bytes > largest) {
        return nullptr;
    }
    const std::size_t size = size_for(bytes);
    Chunk* chunk = nullptr;
    {
        const Hold hold(*this);
        chunk = reuse(size);
        if (!chunk) {
            chunk = extend(size);
        }
    }
    if (chunk) {
        if (!touchable(place_of(*chunk) + (std::uint64_t{1} << size))) {
            release(*chunk, Chunk::held);
            return nullptr;
        }
        chunk->next = 0;
        chunk->end = 0;
        chunk->sealed = 0;
    }
    return chunk;
}

Chunk* ChunkHeap::reuse(std::size_t size) noexcept {
    StateWord& list = state_.free[size - HeapState::smallest];
    Chunk* const found = find(list);
    if (!found || found->size != size) {
        return nullptr;
    }
    Chunk& chunk = *found;
    state_.journal.commit(
        {{list, chunk.next},
         {chunk.owner, own_tag()},
         {chunk.use, Chunk::held},
         {chunk.life, chunk.life + 1},
         {state_.kept, state_.kept - std::min<std::uint64_t>(state_.kept, std::uint64_t{1} << size)}});
    return &chunk;
}

Chunk* ChunkHeap::extend(std::size_t size) noexcept {
    const std::uint64_t place = base_ + state_.top;
    const std::uint64_t length = std::uint64_t{1} << size;
    if (place + length > size_ || !touchable(place + sizeof(Chunk))) {
        return nullptr;
    }
    Chunk& chunk = at(place);
    state_.journal.commit(
        {{chunk.size, size}, {chunk.owner, own_tag()}, {chunk.use, Chunk::held}, {state_.top, state_.top + length}});
    return &chunk;
}

void ChunkHeap::release(Chunk& chunk, std::uint64_t bit) noexcept {
    if ((chunk.use.fetch_and(~bit) & ~bit) == 0) {
        const Hold hold(*this);
        if (chunk.use == 0) {
            put_back(chunk);
        }
    }
}

/// With the lock held. A free chunk has no bit and stands in a list; the journal makes both one.
void ChunkHeap::put_back(Chunk& chunk) noexcept {
    const std::uint64_t size = chunk.size;
    if (!find(place_of(chunk))) {
        return;
    }
    const std::uint64_t length = std::uint64_t{1} << size;
    StateWord& list = state_.free[size - HeapState::smallest];
    const bool keep = size < large || state_.kept + length <= warm;
    if (!keep) {
        mapping_.discard(static_cast<std::size_t>(place_of(chunk)) + sizeof(Chunk),
                         static_cast<std::size_t>(length) - sizeof(Chunk));
    }
    state_.journal.commit({{chunk.next, list},
                           {list, place_of(chunk)},
                           {chunk.owner, 0},
                           {chunk.use, Chunk::free},
                           {state_.kept, state_.kept + (keep ? length : 0)}});
}

void ChunkHeap::bury_dead() noexcept {
    Obituary obituary;
    const Hold hold(*this);
    for (std::uint64_t position = 0; position < state_.top;) {
        Chunk* const found = find(base_ + position);
        if (!found) {
            break;
        }
        Chunk& chunk = *found;
        position += std::uint64_t{1} << chunk.size;
        if ((chunk.use & Chunk::held) != 0 && obituary.has_ended(chunk.owner)) {
            chunk.use.fetch_and(~Chunk::held);
        }
        if (chunk.use == 0) {
            put_back(chunk);
        }
    }
    state_.bury_at = 2 * state_.top;
}

}  // namespace spork::detail
