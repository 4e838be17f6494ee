#include "queue_ring.hpp"

#include <spork/error.hpp>

#include <cstring>

namespace spork::detail {

namespace {

/// Longer messages get a chunk of their own, and are read where they lie.
constexpr std::size_t longest_copied = std::size_t{16} * 1024;

constexpr std::size_t whole(std::size_t size) noexcept {
    return sizeof(MessageHeader) + (size + 7) / 8 * 8;
}

std::byte* append(std::byte* to, std::span<const std::byte> bytes) noexcept {
    if (!bytes.empty()) {
        std::memcpy(to, bytes.data(), bytes.size());
    }
    return to + bytes.size();
}

[[noreturn]] void throw_corrupt_queue() {
    throw TransferError("the memory of a Queue is corrupt");
}

}  // namespace

void RingLock::finish_putting(QueueState& state) noexcept {
    state.put_journal.redo_unless_published();
}

void RingLock::finish_getting(QueueState& state) noexcept {
    state.get_journal.redo();
}

bool QueueRing::is_full(const PutMessage& message) const noexcept {
    const std::uint64_t count = state_.put_count - state_.get_count;
    if (count == 0) {
        return false;  // a message longer than all others together may be is there alone
    }
    const std::uint64_t most = state_.most;
    const std::uint64_t most_bytes = state_.most_bytes;
    return (most != 0 && count >= most) ||
           (most_bytes != 0 && state_.put_bytes - state_.get_bytes + message.size() > most_bytes) ||
           (!message.handles.empty() && state_.put_ticket - state_.get_ticket >= HandleLane::capacity);
}

/// With the put lock held. What is_full() looks at changes with every message; for most of them what is known is
/// enough.
bool QueueRing::has_room(const PutMessage& message) noexcept {
    const std::uint64_t most = state_.most;
    if (state_.most_bytes == 0 && message.handles.empty() &&
        (most == 0 || state_.put_count - state_.known_gets < most)) {
        return true;
    }
    state_.known_gets.store(state_.get_count.load(), std::memory_order_relaxed);
    return !is_full(message);
}

/// The ticket is used up, whatever becomes of the message.
QueueRing::Put QueueRing::send_handles(const PutMessage& message) noexcept {
    if (message.handles.empty()) {
        return Put::done;
    }
    if (!lane_) {
        return Put::no_handles;
    }
    const std::uint64_t ticket = state_.put_ticket + 1;
    state_.put_ticket = ticket;
    const std::error_code error = lane_.send(ticket, message.handles);
    if (error == std::errc::timed_out) {
        return Put::full;
    }
    return error ? Put::no_handles : Put::done;
}

QueueRing::Put QueueRing::put(const PutMessage& message) noexcept {
    const RingLock hold = RingLock::for_putting(state_, mapping_);
    if (!has_room(message)) {
        return Put::full;
    }
    const std::size_t size = whole(message.size());
    std::uint64_t offset = state_.put_offset;
    Chunk* chunk = heap_.find(state_.tail);
    if (!chunk && state_.tail != 0) {
        return Put::corrupt;
    }
    const bool fresh = !chunk || chunk->sealed != 0 || chunk->capacity() < size || offset > chunk->capacity() - size;
    if (fresh) {
        chunk = new_chunk(size);
        if (!chunk) {
            return Put::no_memory;
        }
        offset = 0;
    }
    if (const Put sent = send_handles(message); sent != Put::done) {
        if (fresh) {
            heap_.release(*chunk, Chunk::held);
        }
        return sent;
    }
    const MessageHeader header{message.size(), message.handles.empty() ? 0 : state_.put_ticket.load()};
    std::byte* to = chunk->bytes() + offset;
    to = append(to, std::as_bytes(std::span(&header, 1)));
    to = append(to, message.front);
    append(to, message.rest);
    if (fresh) {
        chunk->sealed = message.size() > longest_copied ? 1 : 0;
        link(*chunk, size, message.size());
    } else {
        const std::uint64_t count = state_.put_count + 1;
        if (state_.most_bytes == 0) {
            state_.put_journal.commit({{state_.put_offset, offset + size}, {state_.put_count, count}});
        } else {
            state_.put_journal.commit({{state_.put_offset, offset + size},
                                       {state_.put_bytes, state_.put_bytes + message.size()},
                                       {state_.put_count, count}});
        }
    }
    return Put::done;
}

Chunk* QueueRing::new_chunk(std::size_t bytes) noexcept {
    if (!heap_.wants_burial(bytes)) {
        if (Chunk* const chunk = heap_.allocate(bytes)) {
            return chunk;
        }
    }
    const RingLock nobody_takes = RingLock::for_getting(state_, mapping_);
    heap_.bury_dead();
    return heap_.allocate(bytes);
}

/// The chunk with its one message, which takes `size` bytes of it, becomes the last.
void QueueRing::link(Chunk& chunk, std::size_t size, std::size_t bytes) noexcept {
    const std::uint64_t place = heap_.place_of(chunk);
    StateWord* before = &state_.head;
    if (state_.tail != 0) {
        Chunk& last = heap_.at(state_.tail);
        last.end = state_.put_offset.load();  // means nothing before there is a next one
        before = &last.next;
    }
    state_.put_journal.commit({{chunk.use, Chunk::listed},
                               {*before, place},
                               {state_.tail, place},
                               {state_.put_offset, size},
                               {state_.put_bytes, state_.put_bytes + bytes},
                               {state_.put_count, state_.put_count + 1}});
}

/// With the get lock held. The other side's count changes with every message: it is looked at when those known are
/// taken.
bool QueueRing::has_message() noexcept {
    const std::uint64_t taken = state_.get_count;
    if (taken == state_.known_puts) {
        state_.known_puts.store(state_.put_count.load(), std::memory_order_relaxed);
    }
    return taken != state_.known_puts;
}

bool QueueRing::get(TakenMessage& message, QueueUser& user) {
    const RingLock hold = RingLock::for_getting(state_, mapping_);
    finish_leaving();
    if (!has_message()) {
        return false;
    }
    take(first_with_message(), message, user);
    return true;
}

/// Where the first message stands, which is there: in the first chunk or, when all of that is taken, in the next one, for
/// none is linked without a message.
Chunk& QueueRing::first_with_message() {
    Chunk* chunk = heap_.find(state_.head);
    if (chunk && chunk->next != 0 && state_.get_offset == chunk->end) {
        leave(*chunk, chunk->next);
        chunk = heap_.find(state_.head);
    }
    if (!chunk) {
        throw_corrupt_queue();
    }
    return *chunk;
}

void QueueRing::take(Chunk& chunk, TakenMessage& message, QueueUser& user) {
    const std::uint64_t offset = state_.get_offset;
    const std::size_t capacity = chunk.capacity();
    MessageHeader header;
    if (offset > capacity - sizeof header) {
        throw_corrupt_queue();
    }
    std::memcpy(&header, chunk.bytes() + offset, sizeof header);
    if (header.size > capacity - sizeof header - offset) {
        throw_corrupt_queue();
    }
    const auto size = static_cast<std::size_t>(header.size);
    const std::span<const std::byte> bytes(chunk.bytes() + offset + sizeof header, size);
    if (chunk.sealed != 0) {
        auto* const held = new HeldChunk(heap_, chunk);
        chunk.owner = own_tag();
        chunk.use.fetch_or(Chunk::held);
        message.refer(bytes, held);
    } else {
        message.copy(bytes);
    }
    const std::uint64_t next = offset + whole(size);
    if (state_.joinable == 0 && state_.most_bytes == 0 && header.ticket == 0) {
        state_.get_journal.commit({{state_.get_offset, next}, {state_.get_count, state_.get_count + 1}});
        return;
    }
    state_.get_journal.commit({{user.taken, user.taken + state_.joinable},
                               {state_.get_offset, next},
                               {state_.get_bytes, state_.get_bytes + size},
                               {state_.get_ticket, header.ticket != 0 ? header.ticket : state_.get_ticket.load()},
                               {state_.get_count, state_.get_count + 1}});
    if (header.ticket != 0) {
        if (!lane_) {
            throw_corrupt_queue();
        }
        message.handles() = lane_.receive(header.ticket);
    }
}

void QueueRing::leave(Chunk& chunk, std::uint64_t next) noexcept {
    state_.get_journal.commit({{state_.leaving_life, chunk.life},
                               {state_.leaving, heap_.place_of(chunk)},
                               {state_.head, next},
                               {state_.get_offset, 0}});
    finish_leaving();
}

void QueueRing::finish_leaving() noexcept {
    if (state_.leaving == 0) {
        return;
    }
    Chunk* const chunk = heap_.find(state_.leaving);
    if (chunk && chunk->life == state_.leaving_life && chunk->use & Chunk::listed) {
        heap_.release(*chunk, Chunk::listed);
    }
    state_.leaving = 0;
}

}  // namespace spork::detail
