#include <spork/queue.hpp>

#include "queue_object.hpp"
#include "system_error.hpp"

#include <spork/error.hpp>

#include <algorithm>

namespace spork::detail {

namespace {

using End = QueueKeeper::End;

void require_open(const QueueUser& user, const char* purpose) {
    if (user.did(QueueUser::closed)) {
        throw UsageError(std::string("cannot ") + purpose + " a Queue: it is closed in this process");
    }
}

[[noreturn]] void throw_over(const char* what) {
    throw_system(std::make_error_code(std::errc::broken_pipe), what);
}

}  // namespace

void ReleaseChunk::operator()(HeldChunk* chunk) const noexcept {
    delete chunk;
}

MessageQueue::MessageQueue(std::uint64_t type, std::int64_t most, std::size_t most_bytes, bool joinable, bool handles)
    : object_(QueueObject::create(type, {static_cast<std::uint64_t>(std::max<std::int64_t>(most, 0)), most_bytes},
                                  joinable, handles)) {}

MessageQueue::MessageQueue(Reader& reader, std::uint64_t type) : object_(QueueObject::load(reader, type)) {}

QueueObject& MessageQueue::object() const {
    if (!object_) {
        throw UsageError("this Queue was moved to another variable");
    }
    return *object_;
}

bool MessageQueue::same(const MessageQueue& other) const noexcept {
    return object_ == other.object_ || (object_ && other.object_ && object_->identity() == other.object_->identity());
}

void MessageQueue::save(Writer& writer) const {
    object().save(writer);
}

std::size_t MessageQueue::qsize() const {
    const QueueState& state = object().state();
    const std::uint64_t got = state.get_count;
    const std::uint64_t put = state.put_count;
    return static_cast<std::size_t>(put > got ? put - got : 0);
}

bool MessageQueue::full() const {
    return object().keeper().is_full();
}

void MessageQueue::close() const {
    object().user_who(QueueUser::closed);
}

void MessageQueue::require_closed() const {
    if (!object().user().did(QueueUser::closed)) {
        throw UsageError("join_thread: call close() on the Queue first");
    }
}

void MessageQueue::put_message(Writer& writer, bool block, Timeout timeout, const std::stop_token& stop) const {
    QueueObject& queue = object();
    require_open(queue.user_who(QueueUser::puts), "put into");
    SleepLimit limit(timeout, stop);
    switch (queue.put(writer, block, limit)) {
        case End::done:
            return;
        case End::stopped:
            throw CancelledError("a stop was requested while waiting for room in a Queue; nothing was put");
        case End::over:
            throw_over("cannot put into a Queue that is full: no process is left that could take from it");
        case End::no_memory:
            throw_system(
                std::make_error_code(std::errc::not_enough_memory),
                "cannot put " + std::to_string(writer.bytes().size() + writer.rest().size()) + " bytes into a Queue");
        case End::no_handles:
            throw TransferError("cannot put an item with " + std::to_string(writer.handles().size()) +
                                " handles into a Queue");
        case End::corrupt:
            throw TransferError("the memory of a Queue is corrupt");
        default:
            throw Full("a Queue is full");
    }
}

MessageQueue::Got MessageQueue::get_message(TakenMessage& message, bool block, Timeout timeout,
                                            const std::stop_token& stop, bool also_when_closed) const {
    QueueObject& queue = object();
    if (!also_when_closed) {
        require_open(queue.user_who(QueueUser::gets), "get from");
    }
    SleepLimit limit(timeout, stop);
    switch (queue.get(message, block, limit)) {
        case End::done:
            return Got::item;
        case End::stopped:
            throw CancelledError("a stop was requested while waiting for an item of a Queue; none was taken");
        case End::over:
            return Got::end;
        default:
            return Got::nothing;
    }
}

void MessageQueue::throw_empty(Got got) {
    if (got == Got::end) {
        throw QueueEnded("a Queue is empty, and no process is left that could put into it");
    }
    throw Empty("a Queue is empty");
}

void MessageQueue::finish_task() const {
    QueueObject& queue = object();
    if (!queue.keeper().finish_task(queue.user())) {
        throw UsageError("task_done() was called more often than there were items");
    }
}

bool MessageQueue::join_tasks(Timeout timeout, const std::stop_token& stop) const {
    QueueObject& queue = object();
    SleepLimit limit(timeout, stop);
    switch (queue.keeper().join(queue.user(), limit)) {
        case End::done:
            return true;
        case End::stopped:
            throw CancelledError("a stop was requested while waiting for the tasks of a JoinableQueue");
        case End::over:
            throw_over("cannot join a JoinableQueue: tasks are left, and no process that could take them");
        default:
            return false;
    }
}

}  // namespace spork::detail
