/// \file
/// A pool's workers: started, watched, replaced, ended.

#include "pool_engine.hpp"

#include <spork/logging.hpp>
#include <spork/wait.hpp>

#include <algorithm>
#include <chrono>
#include <string>

namespace spork::detail {

namespace {

using Clock = std::chrono::steady_clock;

/// How often it is looked whether a task runs for too long, or whether the task that a dead worker may have lost was taken
/// by another one: while there is such a question.
constexpr std::chrono::milliseconds limits_every{20};
constexpr std::chrono::milliseconds lost_every{5};

/// So many workers in a row that are killed before they are ready end a pool.
constexpr std::size_t many_early_deaths = 1000;

}  // namespace

void PoolEngine::start_worker(std::uint64_t number) {
    PoolSetup setup = lanes_;
    setup.number = static_cast<std::uint32_t>((number - 1) % BoardPlace::most_workers + 1);
    Process process(
        {.name = "PoolWorker-" + std::to_string(number), .daemon = false, .start_method = options_.start_method},
        run_pool_worker, setup);
    process.start();
    workers_.push_back({process, setup.number});
}

PoolEngine::Worker* PoolEngine::worker_with(std::uint64_t number) {
    const auto found = std::find_if(workers_.begin(), workers_.end(),
                                    [number](const Worker& worker) { return worker.number == number; });
    return found == workers_.end() ? nullptr : &*found;
}

void PoolEngine::wake_watcher() noexcept {
    try {
        wake_sender_.send_bytes(std::as_bytes(std::span("w", 1)), 0, {}, at_once);
    } catch (...) {
        // Full: it is awake.
    }
}

Timeout PoolEngine::next_look() {
    const std::lock_guard hold(mutex_);
    if (lost_until_ != 0) {
        return lost_every;
    }
    const bool ending =
        std::any_of(workers_.begin(), workers_.end(), [](const Worker& worker) { return worker.kill_at; });
    return limits_in_use_ || ending ? Timeout(limits_every) : no_limit;
}

void PoolEngine::watch() {
    for (bool go_on = true; go_on;) {
        std::vector<Waitable> objects{wake_receiver_};
        for (const Process& worker : workers()) {
            objects.emplace_back(worker.sentinel());
        }
        wait_indices(objects, next_look());
        while (wake_receiver_.poll(at_once)) {
            wake_receiver_.recv_bytes();
        }
        look();
        const std::lock_guard hold(mutex_);
        go_on = !ended_;
    }
}

void PoolEngine::look() {
    bool some_died = false;
    {
        const std::lock_guard hold(mutex_);
        for (Worker& worker : workers_) {
            worker.dead = !worker.process.is_alive();
            some_died = some_died || worker.dead;
        }
    }
    while (some_died && take_answer(false)) {
        // What they had put counts.
    }
    Failures failures;
    {
        const std::lock_guard hold(mutex_);
        for (Worker& worker : workers_) {
            if (worker.dead) {
                bury(worker, failures);
            }
        }
        std::erase_if(workers_, [](const Worker& worker) { return worker.dead; });
        keep_limits(failures);
        find_lost();
        end_workers_when_done();
        replace_workers(failures);
        if (state_ != State::running && workers_.empty()) {
            ended_ = true;
            wake_keeper();
        }
    }
    report(failures);
    feed();
}

void PoolEngine::bury(Worker& worker, Failures& failures) {
    worker.process.join();
    const std::string how = to_string(worker.process.exit_status().value_or(ExitStatus{}));
    const int code = worker.process.exitcode().value_or(255);
    const std::string name =
        worker.process.name() + " (process " + std::to_string(worker.process.pid().value_or(0)) + ")";
    for (std::uint32_t number = 0; number < places_.size(); ++number) {
        Place& place = places_[number];
        if (!place.task || board(number).claim != BoardPlace::word(place.use, worker.number)) {
            continue;
        }
        const std::shared_ptr<PoolTask> task = place.task;
        const std::exception_ptr end = place.end;
        release(number);
        if (end) {
            failures.push_back({task, end});
        } else if (task->deaths_++ < task->limits_.retries) {
            task->place_ = PoolTask::Place::backlog;
            backlog_.push_front(task);
        } else {
            const std::string times =
                task->deaths_ > 1 ? ", the last of " + std::to_string(task->deaths_) + " that did" : "";
            failures.push_back({task, std::make_exception_ptr(WorkerDied(
                                          name + " died while it ran a task of a Pool: " + how + times, code))});
        }
    }
    if (!worker.ready && state_ != State::terminated) {
        get_logger().warning(name + " of a Pool ended before it was ready: " + how);
        const bool killed = code == -9 || code == -15;  // by somebody else: that may be chance
        if (++early_deaths_ > (killed ? many_early_deaths : count_) && !broken_) {
            broken_ = std::make_exception_ptr(
                WorkerDied("the workers of a Pool end before they are ready, " + name + " with " + how, code));
            state_ = State::terminated;
            fail_all(broken_, failures);
            kill_workers();
        }
    }
    lost_until_ = tasks().state().put_count;
}

void PoolEngine::keep_limits(Failures&) {
    const auto now = Clock::now();
    for (Worker& worker : workers_) {
        if (worker.kill_at && *worker.kill_at <= now) {
            worker.process.kill();
        }
    }
    if (!limits_in_use_) {
        return;
    }
    for (std::uint32_t number = 0; number < places_.size(); ++number) {
        Place& place = places_[number];
        if (!place.task || place.end || place.task->limits_.timeout.unlimited()) {
            continue;
        }
        const std::uint64_t claim = board(number).claim;
        const std::uint64_t began = board(number).began;
        const auto limit = *place.task->limits_.timeout.limit();
        Worker* const worker = worker_with(BoardPlace::who(claim));
        if (worker && began != 0 && now - Clock::time_point(Clock::duration(began)) > limit) {
            place.end = std::make_exception_ptr(
                TimeoutError("a task of a Pool took longer than the " +
                             std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(limit).count()) +
                             " ms it was given"));
            worker->process.kill();
        }
    }
}

/// A worker that was killed between taking a task and claiming it has lost it. Which one that was shows when all that were
/// there at its death are taken: nobody claims it. Should another worker be about to, its claim fails, for the place is used
/// anew.
void PoolEngine::find_lost() {
    if (lost_until_ == 0 || tasks().state().get_count < lost_until_) {
        return;
    }
    bool some_unknown = false;
    for (std::uint32_t number = Board::capacity; number-- != 0;) {
        Place& place = places_[number];
        std::uint64_t queued = BoardPlace::word(place.use, BoardPlace::queued);
        // Whoever gives it out has not yet said which message it is.
        some_unknown = some_unknown || (place.task && place.message == 0);
        if (!place.task || place.message == 0 || place.message > lost_until_ ||
            !board(number).claim.compare_exchange_strong(queued, BoardPlace::word(place.use, BoardPlace::nobody))) {
            continue;
        }
        const std::shared_ptr<PoolTask> task = place.task;
        release(number);
        task->place_ = PoolTask::Place::backlog;
        backlog_.push_front(task);
    }
    if (!some_unknown) {
        lost_until_ = 0;
    }
}

/// A closed queue ends those who wait for tasks.
void PoolEngine::end_workers_when_done() {
    if (state_ == State::closed && backlog_.empty() && free_places_.size() == places_.size()) {
        tasks().user_who(QueueUser::closed);
    }
}

void PoolEngine::replace_workers(Failures& failures) {
    const auto wanted = [this] {
        const bool needed = state_ == State::running ||
                            (state_ == State::closed && !(backlog_.empty() && free_places_.size() == places_.size()));
        return needed && workers_.size() < count_;
    };
    while (wanted()) {
        try {
            start_worker(++last_number_);
        } catch (...) {
            if (workers_.empty()) {
                broken_ = std::current_exception();
                state_ = State::terminated;
                fail_all(broken_, failures);
            }
            return;  // the next end of a worker tries again
        }
    }
}

void PoolEngine::break_pool(const std::exception_ptr& error) {
    Failures failures;
    {
        const std::lock_guard hold(mutex_);
        if (!broken_ && state_ != State::terminated) {
            broken_ = error;
            state_ = State::terminated;
            fail_all(error, failures);
            kill_workers();
            wake_watcher();
        }
    }
    report(failures);
}

void PoolEngine::kill_workers() {
    for (Worker& worker : workers_) {
        worker.process.kill();
    }
}

}  // namespace spork::detail
