/// \file
/// A pool's tasks: given out, answered, cancelled.

#include "pool_engine.hpp"

#include "system_error.hpp"

#include "platform/host.hpp"

#include <spork/host.hpp>
#include <spork/logging.hpp>

#include <algorithm>
#include <cstring>
#include <string>

namespace spork::detail {

namespace {

std::size_t wanted_workers(const PoolOptions& options) {
    const int count = options.processes.value_or(static_cast<int>(usable_cpu_count()));
    if (count < 1) {
        throw UsageError("a Pool needs at least one process, not " + std::to_string(count));
    }
    if (options.max_tasks_per_child && *options.max_tasks_per_child < 1) {
        throw UsageError("max_tasks_per_child is at least 1, not " + std::to_string(*options.max_tasks_per_child));
    }
    return static_cast<std::size_t>(count);
}

std::exception_ptr ended_by(const char* what) {
    return std::make_exception_ptr(CancelledError(what));
}

}  // namespace

PoolEngine::PoolEngine(PoolOptions options)
    : options_(std::move(options)),
      count_(wanted_workers(options_)),
      owner_(platform::process_id()),
      lanes_(PoolSetup::make()) {
    lanes_.most_tasks = static_cast<std::uint64_t>(options_.max_tasks_per_child.value_or(0));
    lanes_.initializer = options_.initializer;
    answers().user_who(QueueUser::puts);  // so that who waits for answers is never the last one
    tasks().user_who(QueueUser::puts);
    places_.resize(Board::capacity);
    for (std::uint32_t place = Board::capacity; place != 0; --place) {
        free_places_.push_back(place - 1);
    }
    auto [receiver, sender] = Pipe(false);
    wake_receiver_ = std::move(receiver);
    wake_sender_ = std::move(sender);
    try {
        while (workers_.size() < count_) {
            start_worker(++last_number_);
        }
    } catch (...) {
        kill_workers();
        for (Worker& worker : workers_) {
            worker.process.join();
        }
        throw;
    }
    keeper_ = std::thread([this] { keep(); });
    watcher_ = std::thread([this] { watch(); });
    at_exit_.emplace([this] { terminate(); }, 15);
}

bool PoolEngine::is_own() const noexcept {
    return platform::process_id() == owner_;
}

PoolEngine::~PoolEngine() {
    if (!is_own()) {
        // In a forked child: the threads are the parent's.
        static_cast<void>(new std::thread(std::move(keeper_)));
        static_cast<void>(new std::thread(std::move(watcher_)));
        return;
    }
    at_exit_->cancel();
    terminate();
    watcher_.join();
    keeper_.join();
}

void PoolEngine::submit(const TaskGroup& group) {
    {
        const std::lock_guard hold(mutex_);
        if (broken_) {
            std::rethrow_exception(broken_);
        }
        if (state_ != State::running) {
            throw UsageError(state_ == State::closed ? "a Pool takes no more tasks: it was closed"
                                                     : "a Pool takes no more tasks: it was terminated");
        }
        for (const auto& task : group) {
            task->place_ = PoolTask::Place::backlog;
            backlog_.push_back(task);
            if (!task->limits_.timeout.unlimited() && !limits_in_use_) {
                limits_in_use_ = true;
                wake_watcher();
            }
        }
    }
    feed();
}

// Giving tasks out.

std::shared_ptr<PoolTask> PoolEngine::next_to_feed(TaskHeader& header) {
    if (state_ == State::terminated || backlog_.empty() || free_places_.empty()) {
        return nullptr;
    }
    std::shared_ptr<PoolTask> task = std::move(backlog_.front());
    backlog_.pop_front();
    header.place = free_places_.back();
    free_places_.pop_back();
    Place& place = places_[header.place];
    header.use = ++place.use;
    place.task = task;
    place.end = nullptr;
    place.message = 0;
    task->place_ = PoolTask::Place::board;
    task->slot_ = header.place;
    board(header.place).began.store(0, std::memory_order_relaxed);
    board(header.place).claim.store(BoardPlace::word(header.use, BoardPlace::queued));
    return task;
}

/// One thread at a time: tasks are begun in the order in which they were given.
void PoolEngine::feed() {
    Failures failures;
    std::unique_lock lock(mutex_);
    if (feeding_) {
        return;  // whoever does it looks again
    }
    feeding_ = true;
    TaskHeader header;
    while (const std::shared_ptr<PoolTask> task = next_to_feed(header)) {
        lock.unlock();
        std::exception_ptr error;
        QueueKeeper::End end = QueueKeeper::End::done;
        try {
            Writer writer;
            writer.write_bytes(&header, sizeof header);
            write_target(writer, task->target_);
            SleepLimit limit;
            end = tasks().put(writer, false, limit);
        } catch (...) {
            error = std::current_exception();
        }
        lock.lock();
        after_giving(task, header, end, std::move(error), failures);
        if (end != QueueKeeper::End::done) {
            break;
        }
    }
    feeding_ = false;
    lock.unlock();
    report(failures);
}

void PoolEngine::after_giving(const std::shared_ptr<PoolTask>& task, const TaskHeader& header, QueueKeeper::End end,
                              std::exception_ptr error, Failures& failures) {
    Place& place = places_[header.place];
    if (place.task != task || place.use != header.use) {
        return;  // answered already, or cancelled
    }
    if (!error && end == QueueKeeper::End::done) {
        place.message = tasks().state().put_count;
        return;
    }
    release(header.place);
    const bool later = !error && free_places_.size() < places_.size();  // the next answer makes room
    if (later) {
        task->place_ = PoolTask::Place::backlog;
        backlog_.push_front(task);
        return;
    }
    if (!error) {
        error = std::make_exception_ptr(
            TransferError("cannot give a task to the workers of a Pool: there is no memory, or no "
                          "handles, left for its arguments"));
    }
    failures.push_back({task, std::move(error)});
}

/// The task is over, or goes back.
void PoolEngine::release(std::uint32_t number) {
    Place& place = places_[number];
    board(number).claim.store(BoardPlace::word(place.use, BoardPlace::nobody));
    place.task->place_ = PoolTask::Place::over;
    place.task = nullptr;
    place.end = nullptr;
    free_places_.push_back(number);
}

// Answers.

bool PoolEngine::take_answer(bool in_keeper) {
    TakenMessage message;
    AnswerHeader header;
    std::shared_ptr<PoolTask> task;
    std::exception_ptr error;
    {
        const std::lock_guard hold(mutex_);
        SleepLimit limit;
        try {
            if (answers().get(message, false, limit) != QueueKeeper::End::done) {
                return false;
            }
        } catch (...) {
            error = std::current_exception();  // of its handles: the message itself is there
        }
        if (message.bytes().size() < sizeof header) {
            return true;
        }
        std::memcpy(&header, message.bytes().data(), sizeof header);
        if (header.kind == AnswerHeader::value || header.kind == AnswerHeader::exception) {
            if (header.place >= places_.size() || !places_[header.place].task ||
                places_[header.place].use != header.use) {
                return true;  // of a task that was given up meanwhile
            }
            Place& place = places_[header.place];
            task = place.task;
            error = place.end ? place.end : error;
            release(header.place);
        } else if (Worker* const worker = worker_with(header.use)) {
            if (header.kind == AnswerHeader::ready) {
                worker->ready = true;
                early_deaths_ = 0;
            }
        }
    }
    if (task) {
        if (error) {
            Failures failures{{task, error}};
            report(failures);
        } else if (!in_keeper && task->calls_back()) {
            const auto bytes = message.bytes();
            call_in_keeper([this, task, header, copy = std::vector<std::byte>(bytes.begin(), bytes.end()),
                            handles = std::move(message.handles())] { deliver(*task, header, copy, handles); });
        } else {
            deliver(*task, header, message.bytes(), std::move(message.handles()));
        }
        feed();
        const std::lock_guard hold(mutex_);
        end_workers_when_done();
    } else if (header.kind == AnswerHeader::initializer_failed) {
        Reader reader(message.bytes().subspan(sizeof header));
        break_pool(load_exception(reader));
    }
    return true;
}

void PoolEngine::deliver(PoolTask& task, const AnswerHeader& header, std::span<const std::byte> bytes,
                         std::vector<std::shared_ptr<OwnedHandle>> handles) noexcept {
    std::exception_ptr error;
    try {
        Reader reader(bytes.subspan(sizeof header), std::move(handles));
        if (header.kind == AnswerHeader::value) {
            task.succeed(reader);
            return;
        }
        error = load_exception(reader);
    } catch (...) {
        error = std::current_exception();
    }
    task.fail(std::move(error));
}

bool PoolEngine::help() {
    return take_answer(false);
}

PoolEngine::Helper::Helper(PoolEngine& engine) : engine_(engine) {
    ++engine_.helpers_;
}

PoolEngine::Helper::~Helper() {
    if (--engine_.helpers_ == 0) {
        const std::lock_guard hold(engine_.mutex_);
        engine_.changed_.notify_all();
    }
}

void PoolEngine::keep() {
    for (;;) {
        std::stop_token called;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return ended_ || !calls_.empty() || helpers_ == 0; });
            while (!calls_.empty()) {
                const std::function<void()> call = std::move(calls_.front());
                calls_.pop_front();
                lock.unlock();
                call();
                lock.lock();
            }
            if (ended_) {
                return;
            }
            keeper_wait_ = std::stop_source();
            called = keeper_wait_.get_token();
        }
        if (helpers_ == 0 && !take_answer(true)) {
            SleepLimit limit(no_limit, called);
            answers().keeper().wait_for_message(answers().user_who(QueueUser::gets), limit);
        }
    }
}

void PoolEngine::wake_keeper() noexcept {
    keeper_wait_.request_stop();
    changed_.notify_all();
}

void PoolEngine::call_in_keeper(std::function<void()> call) {
    const std::lock_guard hold(mutex_);
    calls_.push_back(std::move(call));
    wake_keeper();
}

void PoolEngine::report(Failures& failures) {
    for (Failure& failure : failures) {
        if (failure.task->calls_back()) {
            call_in_keeper([failure = std::move(failure)] { failure.task->fail(failure.error); });
        } else {
            failure.task->fail(failure.error);
        }
    }
    failures.clear();
}

// Ends.

void PoolEngine::fail_all(const std::exception_ptr& error, Failures& failures) {
    for (auto& task : backlog_) {
        task->place_ = PoolTask::Place::over;
        failures.push_back({std::move(task), error});
    }
    backlog_.clear();
    for (std::uint32_t place = 0; place < places_.size(); ++place) {
        if (places_[place].task) {
            failures.push_back({places_[place].task, error});
            release(place);
        }
    }
}

bool PoolEngine::cancel(const TaskGroup& group) {
    Failures failures;
    bool some = false;
    {
        const std::lock_guard hold(mutex_);
        const std::exception_ptr error = ended_by("a task of a Pool was cancelled");
        for (const auto& task : group) {
            if (task->place_ == PoolTask::Place::backlog) {
                std::erase(backlog_, task);
                task->place_ = PoolTask::Place::over;
                failures.push_back({task, error});
            } else if (task->place_ == PoolTask::Place::board) {
                Place& place = places_[task->slot_];
                std::uint64_t word = BoardPlace::word(place.use, BoardPlace::queued);
                if (board(task->slot_)
                        .claim.compare_exchange_strong(word, BoardPlace::word(place.use, BoardPlace::nobody))) {
                    release(task->slot_);
                    failures.push_back({task, error});
                } else if (Worker* const worker = worker_with(BoardPlace::who(word))) {
                    place.end = error;
                    board(task->slot_).stop = place.use;
                    worker->process.request_stop();
                    worker->kill_at = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
                    wake_watcher();
                }
            } else {
                continue;
            }
            some = true;
        }
        end_workers_when_done();
    }
    report(failures);
    return some;
}

void PoolEngine::close() {
    const std::lock_guard hold(mutex_);
    if (state_ == State::running) {
        state_ = State::closed;
        end_workers_when_done();
        wake_watcher();
    }
}

void PoolEngine::terminate() {
    Failures failures;
    {
        const std::lock_guard hold(mutex_);
        if (state_ == State::running) {
            get_logger().warning("a Pool is ended while it is open; call close() and join(), or terminate()");
        }
        state_ = State::terminated;
        fail_all(ended_by("a Pool was terminated before this task was done"), failures);
        kill_workers();
        wake_watcher();
    }
    report(failures);
}

bool PoolEngine::join(Timeout timeout, const std::stop_token& stop) {
    std::optional<StopListener> listener;
    if (stop.stop_possible()) {
        listener.emplace(stop, [this] {
            const std::lock_guard hold(mutex_);
            changed_.notify_all();
        });
    }
    std::unique_lock lock(mutex_);
    if (state_ == State::running) {
        throw UsageError("join(): the Pool is still running; call close() or terminate() first");
    }
    const auto over = [&] { return ended_ || stop.stop_requested(); };
    if (const auto deadline = timeout.deadline()) {
        changed_.wait_until(lock, *deadline, over);
    } else {
        changed_.wait(lock, over);
    }
    if (!ended_ && stop.stop_requested()) {
        throw CancelledError("a stop was requested while waiting for the workers of a Pool");
    }
    return ended_;
}

std::vector<Process> PoolEngine::workers() {
    const std::lock_guard hold(mutex_);
    std::vector<Process> processes;
    for (const Worker& worker : workers_) {
        processes.push_back(worker.process);
    }
    return processes;
}

}  // namespace spork::detail
