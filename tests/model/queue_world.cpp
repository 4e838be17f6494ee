#include "queue_world.hpp"

#include "bytes.hpp"
#include "mapping.hpp"
#include "models.hpp"
#include "word.hpp"

#include <spork/error.hpp>

#include <array>
#include <memory>
#include <utility>

namespace spork::detail {

void ReleaseChunk::operator()(HeldChunk* chunk) const noexcept {
    delete chunk;
}

}  // namespace spork::detail

namespace model {

namespace {

using spork::detail::Chunk;
using spork::detail::ChunkHeap;
using spork::detail::HandleLane;
using spork::detail::HeapState;
using spork::detail::OwnedHandle;
using spork::detail::PutMessage;
using spork::detail::QueueKeeper;
using spork::detail::QueueRing;
using spork::detail::QueueState;
using spork::detail::QueueUser;
using spork::detail::RingLock;
using spork::detail::SleepLimit;
using spork::detail::TakenMessage;

constexpr std::size_t processes = 4;  // the auditor is one
constexpr std::size_t messages = 3;   // of one of them
constexpr std::size_t chunk_size = std::size_t{1} << HeapState::smallest;
constexpr std::size_t most_chunks = 4;

/// Handles on their way beside the queue.
struct Lane {
    static constexpr std::size_t capacity = 8;

    Word tickets[capacity];
    Word senders[capacity];  ///< numbers of threads
    Word sent;
    Word received;
};

struct World {
    QueueState queue;
    alignas(chunk_size) std::byte chunks[most_chunks * chunk_size];

    Lane lane;
    QueueUser auditor;
    Word put[processes][messages];    ///< 1: the message was put, and its producer knows
    Word taker[processes][messages];  ///< number of the process that has got this message, from 1; 0: none yet
    Word taking[processes];           ///< 1: the process has begun to get a message, and it is not there yet
    Word handles_from[processes];     ///< whose handles the process received last
    Word told_over[processes];        ///< 1: the process was told that nothing will come any more
};

Shared<World> world;
constexpr std::size_t chunks_at = offsetof(World, chunks);
Mapping mapping;
std::array<QueueUser*, processes> users;

/// What a message consists of: no two are the same, nor two words of one.
std::uint64_t word_of(std::size_t process, std::size_t number, std::size_t words, std::size_t place) noexcept {
    return process << 24 | number << 16 | words << 8 | (place + 1);
}

using Words = std::array<std::uint64_t, huge_message>;

Words message_of(std::size_t number, std::size_t words) noexcept {
    Words made{};
    for (std::size_t i = 0; i < words; ++i) {
        made[i] = word_of(current_thread(), number, words, i);
    }
    return made;
}

PutMessage put_message(const Words& message, std::size_t words) noexcept {
    static constexpr spork::platform::Attachment handle;
    const std::size_t handles = words == message_with_handle ? 1 : 0;
    return {std::as_bytes(std::span(message).first(words)), {}, std::span(&handle, handles)};
}

void require_bound() noexcept {
    const std::uint64_t most = world->queue.most.peek();
    const std::uint64_t count = world->queue.put_count.peek() - world->queue.get_count.peek();
    require(most == 0 || count <= most, "there are more messages than there may be");
}

void was_put(std::size_t number) noexcept {
    require_bound();
    world->put[current_thread()][number].set(1);
}

/// Looks at a message: at a huge one where it lies.
void came(TakenMessage& message) {
    const std::size_t size = message.bytes().size();
    Words words{};
    require(size % sizeof(Word) == 0 && size != 0 && size <= sizeof words, "a message has another size");
    const std::size_t count = size / sizeof(Word);
    if (count == huge_message) {
        read(words.data(), message.bytes().data(), size);
    } else {
        std::memcpy(words.data(), message.bytes().data(), size);
    }
    const std::size_t process = words[0] >> 24;
    const std::size_t number = words[0] >> 16 & 0xff;
    require(process < processes && number < messages, "a message is not what was put");
    for (std::size_t i = 0; i < count; ++i) {
        require(words[i] == word_of(process, number, count, i), "a message is not what was put");
    }
    const std::size_t handles = count == message_with_handle ? 1 : 0;
    require(message.handles().size() == handles, "a message has not the handles that it was put with");
    require(handles == 0 || world->handles_from[current_thread()].peek() == process,
            "a message has the handles of another one");

    const std::size_t taker = current_thread() + 1;
    require(world->taker[process][number].peek() == 0, "a message arrives twice");
    world->taker[process][number].set(taker);
    for (std::size_t later = number + 1; later < messages; ++later) {
        const std::uint64_t other = world->taker[process][later].peek();
        const bool is_last = users[current_thread()] == &world->auditor;
        require(other == 0 || (other != taker && !is_last), "messages arrive in another order");
    }
}

/// Calls `get`, which says `done` when it has a message.
template <class End, class Get>
End get_with(Get get, End done) {
    Word& taking = world->taking[current_thread()];
    TakenMessage message;
    taking.set(1);
    try {
        const End end = get(message);
        if (end == done) {
            came(message);
        }
        taking.set(0);
        return end;
    } catch (const spork::TransferError&) {
        require(false, "the memory of the queue is corrupt");
        throw;
    }
}

// What has to be true when all others have ended.

void require_messages(bool some_were_left) noexcept {
    std::uint64_t missing = 0;
    std::uint64_t lost = 0;
    for (std::size_t i = 0; i < processes; ++i) {
        lost += world->taking[i].peek();
        require(!some_were_left || world->told_over[i].peek() == 0, "a getter is sent away, and there is a message");
        for (std::size_t number = 0; number < messages; ++number) {
            missing += world->put[i][number].peek() != 0 && world->taker[i][number].peek() == 0 ? 1 : 0;
        }
    }
    require(missing <= lost, "a message is lost");
}

/// Every chunk is in the queue or in the list of free ones, and nothing is in two places.
void require_chunks() noexcept {
    const QueueState& queue = world->queue;
    std::array<bool, most_chunks> found{};
    std::uint64_t last = 0;
    const auto follow = [&](std::uint64_t place, std::uint64_t use, const char* complaint) {
        last = 0;
        while (place != 0) {
            const std::size_t index = (place - chunks_at) / chunk_size;
            require(index < most_chunks, "where a chunk should be there is none");
            const Chunk& chunk = *reinterpret_cast<const Chunk*>(mapping.data() + place);
            require(chunk.use.peek() == use, complaint);
            require(!std::exchange(found[index], true), "a chunk is in two places");
            last = std::exchange(place, chunk.next.peek());
        }
    };
    follow(queue.head.peek(), Chunk::listed, "a chunk in the queue is not the queue's");
    require(last == queue.tail.peek(), "the last chunk is another one");
    follow(queue.heap.free[0].peek(), Chunk::free, "a chunk in the list of free ones is not free");
    for (std::uint64_t i = 0; i < queue.heap.top.peek() / chunk_size; ++i) {
        require(found[i], "a chunk is lost");
    }
}

void audit() {
    QueueProcess auditor;
    bool some = false;
    while (auditor.get()) {
        some = true;
    }
    require_messages(some);
    const auto is_put = [] { return world->put[current_thread()][0].peek() != 0; };
    // Twice: a killed producer's message may come only now, and be as many as there may be.
    for (int i = 0; i < 2 && !is_put(); ++i) {
        auditor.put(0, long_message);
        while (auditor.get()) {
        }
    }
    require(is_put(), "nothing can be put any more");
    require(world->taker[current_thread()][0].peek() != 0, "a message is lost");
    {
        const RingLock nobody_puts = RingLock::for_putting(world->queue, mapping);
        const RingLock nobody_takes = RingLock::for_getting(world->queue, mapping);
        ChunkHeap(world->queue.heap, mapping, chunks_at).bury_dead();
    }
    require_chunks();
}

/// Who waits without limit gets what it waits for, or is told that nobody is left for it.
void require_done(QueueProcess::End end) noexcept {
    bool killed = false;
    for (std::size_t i = 0; i < processes; ++i) {
        killed = killed || was_killed(i);
    }
    require(end == QueueProcess::End::done || (end == QueueProcess::End::over && killed), "a wait without limit ends");
}

template <class Body>
std::function<void()> times(std::size_t count, Body body) {
    return [count, body] {
        for (std::size_t i = 0; i < count; ++i) {
            forget_all_but(i);
            body(i);
        }
    };
}

/// A lane with two ends, which nobody looks at.
HandleLane lane() noexcept {
    const std::shared_ptr<OwnedHandle> end(std::shared_ptr<void>(), reinterpret_cast<OwnedHandle*>(&world->lane));
    return {end, end};
}

}  // namespace

QueueProcess::QueueProcess() noexcept
    : user_(*users[current_thread()]),
      ring_(world->queue, mapping, chunks_at, lane()),
      keeper_(world->queue, mapping, ring_) {}

void QueueProcess::put(std::size_t number, std::size_t words) {
    const Words message = message_of(number, words);
    const QueueRing::Put end = ring_.put(put_message(message, words));
    require(end == QueueRing::Put::done || end == QueueRing::Put::full, "a message cannot be put");
    if (end == QueueRing::Put::done) {
        was_put(number);
    }
}

bool QueueProcess::get() {
    return get_with([&](TakenMessage& message) { return ring_.get(message, user_); }, true);
}

void QueueProcess::begin(std::uint64_t use) noexcept {
    if (!user_.did(use)) {
        keeper_.mark(user_, use);
    }
}

QueueProcess::End QueueProcess::wait_to_put(std::size_t number, std::size_t words, SleepLimit limit) {
    begin(QueueUser::puts);
    const Words message = message_of(number, words);
    const End end = keeper_.put(put_message(message, words), user_, true, limit);
    if (end == End::done) {
        was_put(number);
    }
    return end;
}

QueueProcess::End QueueProcess::wait_to_get(SleepLimit limit) {
    begin(QueueUser::gets);
    const End end =
        get_with([&](TakenMessage& message) { return keeper_.get(message, user_, true, limit); }, End::done);
    world->told_over[current_thread()].set(end == End::over ? 1 : 0);
    return end;
}

std::function<void()> puts(std::size_t count, std::size_t words) {
    return times(count, [words](std::size_t i) { QueueProcess().put(i, words); });
}

std::function<void()> gets(std::size_t count) {
    return times(count, [](std::size_t) { QueueProcess().get(); });
}

std::function<void()> waits_to_put(std::size_t count, std::size_t words) {
    return times(count, [words](std::size_t i) { require_done(QueueProcess().wait_to_put(i, words)); });
}

std::function<void()> waits_to_get(std::size_t count) {
    return times(count, [](std::size_t) { require_done(QueueProcess().wait_to_get()); });
}

std::function<void()> waits_to_put_and_leaves(std::size_t count, std::size_t words) {
    return [put = waits_to_put(count, words), count] {
        put();
        forget_all_but(count);
        QueueProcess().leave();
    };
}

std::function<void()> waits_to_get_all() {
    return [] {
        while (QueueProcess().wait_to_get() == QueueProcess::End::done) {
            forget_all_but(0);
        }
        QueueProcess().leave();
    };
}

Scenario queue_scenario(const char* name, std::vector<std::function<void()>> threads, std::uint64_t most) {
    Scenario made;
    made.name = name;
    made.memory = &*world;
    made.prepare = [most, count = threads.size()] {
        world.make_anew();
        mapping = Mapping(&*world, chunks_at + most_chunks * chunk_size);
        world->queue.most.set(most);
        world->queue.shared.set(1);
        users.fill(&world->auditor);
        for (std::size_t i = 0; i < count; ++i) {
            QueueUser& user = *world->queue.users.loan_of(world->queue.users.lend());
            user.owner.set(tag_of(i));
            user.state.set(QueueUser::one);
            users[i] = &user;
        }
    };
    made.threads = std::move(threads);
    made.audit = audit;
    return made;
}

}  // namespace model

namespace spork::detail {

// The lane of the model: what is sent is there whole, or not at all.

std::error_code HandleLane::send(std::uint64_t ticket, std::span<const platform::Attachment>) const noexcept {
    model::step("send", nullptr);
    model::Lane& lane = model::world->lane;
    const std::uint64_t sent = lane.sent.peek();
    model::require(sent - lane.received.peek() < model::Lane::capacity, "there are too many handles in the lane");
    lane.tickets[sent % model::Lane::capacity].set(ticket);
    lane.senders[sent % model::Lane::capacity].set(model::current_thread());
    lane.sent.set(sent + 1);
    return {};
}

std::vector<std::shared_ptr<OwnedHandle>> HandleLane::receive(std::uint64_t ticket) const {
    model::Lane& lane = model::world->lane;
    for (;;) {
        model::step("receive", nullptr);
        const std::uint64_t received = lane.received.peek();
        model::require(received != lane.sent.peek(), "the handles of a message are not there");
        const std::uint64_t found = lane.tickets[received % model::Lane::capacity].peek();
        const std::uint64_t sender = lane.senders[received % model::Lane::capacity].peek();
        lane.received.set(received + 1);
        model::learn(found);
        model::learn(sender);
        if (found == ticket) {
            model::world->handles_from[model::current_thread()].set(sender);
            return std::vector<std::shared_ptr<OwnedHandle>>(1);
        }
        model::require(found < ticket, "the handles of a message are lost");
    }
}

}  // namespace spork::detail
