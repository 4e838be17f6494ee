#pragma once

/// \file
/// Queues between processes.

#include <spork/export.hpp>
#include <spork/taken_message.hpp>
#include <spork/timeout.hpp>
#include <spork/transferable.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

namespace spork {

namespace detail {

class QueueObject;

/// Whether a value of the type may hold a handle of the system; true also for a type that does not tell.
template <class T, class... Visiting>
constexpr bool may_hold_handles();

template <class... Visiting, class... T>
constexpr bool any_may_hold_handles(TypeList<T...>, TypeList<Visiting...>) {
    return (may_hold_handles<T, Visiting...>() || ...);
}

template <class T, class... Visiting>
constexpr bool may_hold_handles() {
    if constexpr (std::is_trivially_copyable_v<T> || (std::is_same_v<T, Visiting> || ...)) {
        return false;
    } else if constexpr (requires { typename Transfer<T>::components; }) {
        return any_may_hold_handles(typename Transfer<T>::components{}, TypeList<T, Visiting...>{});
    } else {
        return !std::same_as<T, std::string>;
    }
}

/// What every queue is, whatever its items. A handle: copies are the same queue, and so is what a child receives as an
/// argument or gets in a message. The queue and what is in it live as long as a handle does in any process.
class SPORK_API MessageQueue {
public:
    /// How many items are there now. Exact on every system.
    std::size_t qsize() const;
    bool empty() const { return qsize() == 0; }

    /// Whether a put would have to wait now; false for a queue without a bound.
    bool full() const;

    /// Says that this process is done with the queue: put and get throw UsageError from now on, in all its threads and
    /// for all its handles. Others go on; what is in the queue stays there for them. Calling it again does nothing.
    void close() const;

    void save(Writer& writer) const;

    /// Whether both are handles to the same queue.
    friend bool operator==(const MessageQueue& a, const MessageQueue& b) noexcept { return a.same(b); }

protected:
    MessageQueue(std::uint64_t type, std::int64_t most, std::size_t most_bytes, bool joinable, bool handles);
    MessageQueue(Reader& reader, std::uint64_t type);

    /// Throws Full, UsageError, CancelledError, std::system_error.
    void put_message(Writer& writer, bool block, Timeout timeout, const std::stop_token& stop) const;

    enum class Got { item, nothing, end };

    /// Throws UsageError, CancelledError, TransferError, std::system_error.
    Got get_message(TakenMessage& message, bool block, Timeout timeout, const std::stop_token& stop,
                    bool also_when_closed) const;

    [[noreturn]] static void throw_empty(Got got);

    void require_closed() const;
    void finish_task() const;
    bool join_tasks(Timeout timeout, const std::stop_token& stop) const;

private:
    QueueObject& object() const;
    bool same(const MessageQueue& other) const noexcept;

    std::shared_ptr<QueueObject> object_;
};

}  // namespace detail

/// Queue takes items at one end and gives them at the other, each to one taker: between any number of producers and
/// consumers in any processes. Items of one producer come out in the order in which it put them.
///
///     spork::Queue<std::string> lines;
///     spork::Process reader(read_lines, lines);     // puts, and then calls lines.close() or just ends
///     reader.start();
///     for (std::string line : lines) {              // until no process is left that could put, and nothing is there
///         ...
///     }
///
/// put() makes a copy: what the caller does to its value afterwards changes nothing, and the item is in the queue when
/// put returns, so a producer may end at once. A process that is killed anywhere in put or get leaves the queue whole
/// for the others, and loses at most the item that it was putting or getting. Without a bound put never waits, whatever
/// the size of the item (but see below), until the queue holds 16 GiB or memory is used up: then it throws
/// std::system_error.
///
/// Nobody is kept waiting by the dead: get throws QueueEnded, a put into a full queue throws std::system_error
/// (std::errc::broken_pipe), and a loop over the queue ends, when no process is left that could do anything about it.
/// Every process that has the queue could, until it ends, calls close(), or gives up its last handle; but one that has
/// put and never got is not waited for as a taker, nor one that has got and never put as a giver. So a process that
/// only passes the queue on to others calls close() when it has. It takes up to 100 ms to notice a death. A daemonic
/// process whose work ends by QueueEnded ends without a word, as it would a moment later with the program. Cannot tell
/// that a process which was killed while the queue was on its way to it, in a message, never got it: it is waited for
/// as long as the sender runs.
///
/// Handles inside items (connections, files, sockets, locks, other queues) work; of such items 64 may be in the queue
/// at once, put waits for more as if the queue were full. At most 250 processes use one queue.
///
/// T is Transferable. Threads: any number at once. Python: multiprocessing.Queue, without its feeder thread.
template <class T>
class Queue : public detail::MessageQueue {
public:
    using value_type = T;

    /// A queue of at most so many items; zero and less: any number. With `max_bytes`, put also waits while the messages
    /// in the queue would have more bytes than that; a longer item is put when the queue is empty. Throws
    /// std::system_error.
    explicit Queue(std::int64_t maxsize = 0, std::size_t max_bytes = 0) : Queue(maxsize, max_bytes, false) {}

    /// Puts a copy of the item. Waits while the queue is full. Throws Full when it stays so, TransferError when the
    /// item cannot be encoded, UsageError after close(), CancelledError.
    void put(const T& item, Timeout timeout = no_limit, std::stop_token stop = {}) const {
        put(item, true, timeout, std::move(stop));
    }
    void put(const T& item, bool block, Timeout timeout = no_limit, std::stop_token stop = {}) const {
        Writer writer;
        writer.write_last(item);
        put_message(writer, block, timeout, stop);
    }
    void put_nowait(const T& item) const { put(item, false); }

    /// Takes the first item. Waits while there is none. Throws Empty when none comes, QueueEnded, which is one, when
    /// none can come any more, UsageError after close(), CancelledError.
    T get(Timeout timeout = no_limit, std::stop_token stop = {}) const { return get(true, timeout, std::move(stop)); }
    T get(bool block, Timeout timeout = no_limit, std::stop_token stop = {}) const {
        Got got = Got::item;
        std::optional<T> item = take(got, block, timeout, stop, false);
        if (!item) {
            throw_empty(got);
        }
        return std::move(*item);
    }
    T get_nowait() const { return get(false); }

    /// The same, and nothing instead of Empty. Without a time limit it does not wait.
    std::optional<T> try_get(Timeout timeout = at_once, std::stop_token stop = {}) const {
        Got got = Got::item;
        return take(got, true, timeout, stop, false);
    }

    /// What a loop over the queue is at: each step takes one item. An input iterator.
    class Iterator {
    public:
        using value_type = T;
        using reference = std::conditional_t<std::copy_constructible<T>, T&, T&&>;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::input_iterator_tag;

        /// The item. One that cannot be copied may be moved from.
        reference operator*() const { return static_cast<reference>(*item_); }
        Iterator& operator++() {
            item_ = queue_->next();
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const Iterator& at, std::default_sentinel_t) noexcept { return !at.item_; }

    private:
        friend class Queue;
        explicit Iterator(const Queue* queue) : queue_(queue), item_(queue->next()) {}

        const Queue* queue_;
        mutable std::optional<T> item_;
    };

    /// `for (T item : queue)` takes items until the queue is empty and no process is left that could put, this one not
    /// counted unless it has put and not called close(). Also after close().
    Iterator begin() const { return Iterator(this); }
    std::default_sentinel_t end() const noexcept { return {}; }

    /// Does nothing, because nothing is left to do: every item is in the queue when its put returns. As in Python it
    /// wants close() to be called before: UsageError.
    void join_thread() const { require_closed(); }

    /// Does nothing: no thread would keep this process from ending.
    void cancel_join_thread() const noexcept {}

protected:
    friend struct Transfer<Queue<T>>;

    Queue(std::int64_t maxsize, std::size_t max_bytes, bool joinable)
        : MessageQueue(type_identity<Queue<T>>, maxsize, max_bytes, joinable, detail::may_hold_handles<T>()) {}
    explicit Queue(Reader& reader) : MessageQueue(reader, type_identity<Queue<T>>) {}

private:
    std::optional<T> take(Got& got, bool block, Timeout timeout, const std::stop_token& stop,
                          bool also_when_closed) const {
        detail::TakenMessage message;
        got = get_message(message, block, timeout, stop, also_when_closed);
        if (got != Got::item) {
            return std::nullopt;
        }
        Reader reader(message.bytes(), std::move(message.handles()));
        std::optional<T> item(reader.read<T>());
        reader.expect_end();
        return item;
    }

    std::optional<T> next() const {
        Got got = Got::item;
        return take(got, true, no_limit, {}, true);
    }
};

/// JoinableQueue is a Queue that counts its items as tasks: whoever takes one calls task_done() when it is dealt with,
/// and join() waits until all are. What a process had taken and not finished when it ended counts as done, so that
/// nobody waits for the dead. Python: multiprocessing.JoinableQueue.
template <class T>
class JoinableQueue : public Queue<T> {
public:
    explicit JoinableQueue(std::int64_t maxsize = 0, std::size_t max_bytes = 0) : Queue<T>(maxsize, max_bytes, true) {}

    /// Throws UsageError when it is called more often than items were put.
    void task_done() const { this->finish_task(); }

    /// Waits until every item that was put is dealt with; false when the time is over before. Throws CancelledError,
    /// and std::system_error (std::errc::broken_pipe) when no process is left that could deal with what is there.
    bool join(Timeout timeout = no_limit, std::stop_token stop = {}) const { return this->join_tasks(timeout, stop); }

private:
    friend struct Transfer<JoinableQueue<T>>;
    explicit JoinableQueue(Reader& reader) : Queue<T>(reader) {}
};

/// SimpleQueue is a Queue without a bound, and with no more than Python's has. Python: multiprocessing.SimpleQueue.
template <class T>
class SimpleQueue {
public:
    using value_type = T;

    SimpleQueue() = default;

    void put(const T& item) const { queue_.put(item); }
    T get() const { return queue_.get(); }
    bool empty() const { return queue_.empty(); }
    void close() const { queue_.close(); }

    friend bool operator==(const SimpleQueue&, const SimpleQueue&) noexcept = default;

private:
    friend struct Transfer<SimpleQueue<T>>;
    explicit SimpleQueue(Queue<T> queue) noexcept : queue_(std::move(queue)) {}

    Queue<T> queue_;
};

template <class T>
struct Transfer<Queue<T>> {
    static void save(Writer& writer, const Queue<T>& value) { value.save(writer); }
    static Queue<T> load(Reader& reader) { return Queue<T>(reader); }
};
template <class T>
struct Transfer<JoinableQueue<T>> {
    static void save(Writer& writer, const JoinableQueue<T>& value) { value.save(writer); }
    static JoinableQueue<T> load(Reader& reader) { return JoinableQueue<T>(reader); }
};
template <class T>
struct Transfer<SimpleQueue<T>> {
    static void save(Writer& writer, const SimpleQueue<T>& value) { writer.write(value.queue_); }
    static SimpleQueue<T> load(Reader& reader) { return SimpleQueue<T>(reader.read<Queue<T>>()); }
};

}  // namespace spork
