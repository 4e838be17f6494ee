#pragma once

/// \file
/// A queue of messages as it lies in shared memory: many producers, many consumers, messages of any size, bounded or
/// not.

#include "brief_lock.hpp"
#include "chunk_heap.hpp"
#include "journal.hpp"
#include "queue_users.hpp"
#include "shared_word.hpp"
#include "wait_room.hpp"

#include <cstdint>

namespace spork::detail {

/// QueueState: messages stand one after the other in chunks, the chunks in a list. Producers write at its end under the
/// put lock, consumers read at its beginning under the get lock; neither waits for the other. A message is there from
/// the moment that `put_count` counts it, and is taken from the moment that `get_count` does.
///
/// | a process is killed                     | what is left, and who repairs it                                       |
/// |-----------------------------------------|------------------------------------------------------------------------|
/// | while it writes a message               | bytes past `put_offset`: the next producer writes over them            |
/// | before it links a chunk that it filled  | a chunk that it holds: ChunkHeap::bury_dead                            |
/// | while it makes a message known          | the put journal: the next producer finishes it, unless it is known     |
/// | while it copies a message               | the message: `get_offset` has not changed                              |
/// | while it takes it                       | the get journal: the message was its own                               |
/// | before it gives an empty chunk back     | `leaving` names it: the next consumer gives it back                    |
/// | while it reads a large message in place | a chunk that it holds: ChunkHeap::bury_dead; the message was its own   |
/// | between a message's handles and itself  | handles in the lane: a consumer that finds an older ticket drops them  |
/// | before it wakes those who wait          | they look within a slice                                               |
/// | with tasks not done                     | they count as done: QueueKeeper::bury_user                             |
///
/// Locks are taken in this order: room, put, get, heap. What one side writes for every message the other side looks at
/// only when it has to: the lines that hold it do not go to and fro between processors for each.
struct QueueState {
    StateWord most;        ///< items that may be there at once; 0: any number
    StateWord most_bytes;  ///< the same in bytes of messages
    StateWord joinable;    ///< tasks are counted
    StateWord done;        ///< tasks that are
    StateWord shared;      ///< it was passed on at least once
    StateWord sleeping_getters;
    StateWord sleeping_putters;
    StateWord unused;

    alignas(64) BriefLock put_lock;
    StateWord tail;        ///< place of the last chunk; 0 before the first message
    StateWord put_offset;  ///< where the next message begins in it
    StateWord put_bytes;
    StateWord put_ticket;  ///< the last one given to handles in the lane
    StateWord known_gets;  ///< get_count when a producer last looked
    Journal put_journal;
    alignas(64) StateWord put_count;

    alignas(64) BriefLock get_lock;
    StateWord head;        ///< place of the first chunk
    StateWord get_offset;  ///< where the first message begins in it
    StateWord get_bytes;
    StateWord get_ticket;
    StateWord known_puts;  ///< put_count when a consumer last looked
    StateWord leaving;     ///< place of the chunk that was the first, until it is given back
    StateWord leaving_life;
    Journal get_journal;
    alignas(64) StateWord get_count;

    alignas(64) HeapState heap;
    QueueUsers users;
    WaitRoom room;
};

/// What stands before each message. Messages begin at multiples of 8.
struct MessageHeader {
    std::uint64_t size = 0;
    std::uint64_t ticket = 0;  ///< of its handles in the lane; 0: it has none
};

}  // namespace spork::detail
