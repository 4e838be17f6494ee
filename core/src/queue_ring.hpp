#pragma once

/// \file
/// Putting messages into a queue and taking them out, for who does not wait.

#include <spork/taken_message.hpp>

#include "chunk_heap.hpp"
#include "handle_lane.hpp"
#include "queue_state.hpp"

#include "platform/segment.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace spork::detail {

/// A large message's chunk, while its bytes are read where they lie.
class HeldChunk {
public:
    HeldChunk(ChunkHeap& heap, Chunk& chunk) noexcept : heap_(heap), chunk_(chunk) {}
    HeldChunk(const HeldChunk&) = delete;
    HeldChunk& operator=(const HeldChunk&) = delete;
    ~HeldChunk() { heap_.release(chunk_, Chunk::held); }

private:
    ChunkHeap& heap_;
    Chunk& chunk_;
};

/// One side's lock, and the end of what a killed holder had begun.
class RingLock {
public:
    static RingLock for_putting(QueueState& state, platform::Mapping& mapping) noexcept {
        return {state, state.put_lock, mapping, finish_putting};
    }
    static RingLock for_getting(QueueState& state, platform::Mapping& mapping) noexcept {
        return {state, state.get_lock, mapping, finish_getting};
    }
    RingLock(const RingLock&) = delete;
    RingLock& operator=(const RingLock&) = delete;
    ~RingLock() { lock_.unlock(); }

private:
    RingLock(QueueState& state, BriefLock& lock, platform::Mapping& mapping,
             void (*finish)(QueueState&) noexcept) noexcept
        : lock_(lock) {
        if (lock.lock(mapping)) {
            finish(state);
        }
    }

    static void finish_putting(QueueState& state) noexcept;
    static void finish_getting(QueueState& state) noexcept;

    BriefLock& lock_;
};

/// A message that is to be put.
struct PutMessage {
    std::span<const std::byte> front;
    std::span<const std::byte> rest;
    std::span<const platform::Attachment> handles;

    std::size_t size() const noexcept { return front.size() + rest.size(); }
};

/// QueueRing puts and takes under the queue's locks, and never waits for the other side. One for each object of a
/// process that refers to the queue; threads: any number at once.
class QueueRing {
public:
    /// Chunks begin behind the state.
    QueueRing(QueueState& state, platform::Mapping& mapping, std::size_t chunks_at, HandleLane lane) noexcept
        : state_(state), mapping_(mapping), heap_(state.heap, mapping, chunks_at), lane_(std::move(lane)) {}

    const HandleLane& lane() const noexcept { return lane_; }

    /// full: for now; no_handles: the queue's items cannot hold any, or the system refused to send them.
    enum class Put { done, full, no_memory, no_handles, corrupt };

    Put put(const PutMessage& message) noexcept;

    /// False when nothing is there. `user` is this process's entry. Throws TransferError when the memory is corrupt,
    /// std::system_error when the message's handles cannot be had: then it is lost.
    bool get(TakenMessage& message, QueueUser& user);

    bool is_full(const PutMessage& message) const noexcept;
    bool is_empty() const noexcept { return state_.put_count == state_.get_count; }

private:
    bool has_room(const PutMessage& message) noexcept;
    Put send_handles(const PutMessage& message) noexcept;
    Chunk* new_chunk(std::size_t bytes) noexcept;
    void link(Chunk& chunk, std::size_t size, std::size_t bytes) noexcept;

    bool has_message() noexcept;
    Chunk& first_with_message();
    void take(Chunk& chunk, TakenMessage& message, QueueUser& user);
    void leave(Chunk& chunk, std::uint64_t next) noexcept;
    void finish_leaving() noexcept;

    QueueState& state_;
    platform::Mapping& mapping_;
    ChunkHeap heap_;
    HandleLane lane_;
};

}  // namespace spork::detail
