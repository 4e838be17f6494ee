#pragma once

/// \file
/// The results of a pool's tasks.

#include <spork/error.hpp>
#include <spork/export.hpp>
#include <spork/pool_task.hpp>
#include <spork/timeout.hpp>

#include <memory>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <vector>

namespace spork {

class Pool;
template <class R>
class ImapRange;

namespace detail {

SPORK_API bool wait_for(Settlement& settlement, const std::weak_ptr<PoolEngine>& engine, Timeout timeout,
                        const std::stop_token& stop);

}  // namespace detail

/// AsyncResult is the result of a task that a pool was given, there or still to come.
///
///     spork::AsyncResult<int> result = pool.apply_async(add, 2, 3);
///     int five = result.get();
///
/// A handle: copies are the same result. It may outlive the pool. Threads: any number at once.
/// Python: multiprocessing.pool.AsyncResult.
template <class R>
class AsyncResult {
public:
    /// One that no task belongs to: every call but valid() throws UsageError.
    AsyncResult() = default;

    bool valid() const noexcept { return outcome_ != nullptr; }

    /// Waits for the result. Throws what the task threw (see RemoteTrace), WorkerDied, TimeoutError when none came in time,
    /// CancelledError. May be called again, unless R cannot be copied: then the first call takes the value away.
    R get(Timeout timeout = no_limit, std::stop_token stop = {}) const {
        if (!wait(timeout, std::move(stop))) {
            throw TimeoutError("a task has no result yet, and the time given to get() is over");
        }
        if constexpr (std::is_void_v<R>) {
            outcome_->rethrow();
        } else if constexpr (std::is_copy_constructible_v<R>) {
            return outcome_->value();
        } else {
            return outcome_->take();
        }
    }

    /// Waits until the result, or the failure, is there. False when the time is over first. Throws CancelledError.
    bool wait(Timeout timeout = no_limit, std::stop_token stop = {}) const {
        return detail::wait_for(required(), engine_, timeout, stop);
    }

    /// Whether it is there: callbacks have run.
    bool ready() const { return required().ready(); }

    /// Whether the task has not failed. Throws UsageError before it is ready.
    bool successful() const {
        if (!ready()) {
            throw UsageError("successful(): the task has no result yet; call wait() first, or ask ready()");
        }
        return outcome_->successful();
    }

    /// The task does not start any more, or its worker is ended: it is asked to stop first (spork::stop_requested), and
    /// killed when it does not within 0.1 s. get() throws CancelledError then. False when the result is there already.
    bool cancel() const { return !required().ready() && detail::cancel_tasks(engine_, *tasks_); }

private:
    friend class Pool;
    template <class>
    friend class ImapRange;
    AsyncResult(std::shared_ptr<detail::Outcome<R>> outcome, std::shared_ptr<const detail::TaskGroup> tasks,
                std::weak_ptr<detail::PoolEngine> engine)
        : outcome_(std::move(outcome)), tasks_(std::move(tasks)), engine_(std::move(engine)) {}

    detail::Outcome<R>& required() const {
        if (!outcome_) {
            throw UsageError("this AsyncResult belongs to no task");
        }
        return *outcome_;
    }

    std::shared_ptr<detail::Outcome<R>> outcome_;
    std::shared_ptr<const detail::TaskGroup> tasks_;
    std::weak_ptr<detail::PoolEngine> engine_;
};

}  // namespace spork
