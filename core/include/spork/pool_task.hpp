#pragma once

/// \file
/// A task of a pool, from the call that submits it to the result that somebody gets.

#include <spork/export.hpp>
#include <spork/task.hpp>
#include <spork/timeout.hpp>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace spork::detail {

class PoolEngine;

/// Somebody can wait until this is settled: with a value, or with an exception.
class SPORK_API Settlement {
public:
    Settlement() = default;
    Settlement(const Settlement&) = delete;
    Settlement& operator=(const Settlement&) = delete;
    virtual ~Settlement();

    bool ready() const noexcept { return ready_.load(std::memory_order_acquire); }

    /// False when the time is over first. Throws CancelledError. `engine`, if not null, is the pool that will settle it: the
    /// waiting thread takes results itself for a while, so that no other thread has to be woken for it.
    bool wait(PoolEngine* engine, Timeout timeout, const std::stop_token& stop);

    /// Whether it has no exception. Once it is ready.
    bool successful() const noexcept { return !error_; }

    /// Once it is ready: throws the exception if there is one.
    void rethrow() const {
        if (error_) {
            std::rethrow_exception(error_);
        }
    }

protected:
    /// Everything that was written before is there for who waits.
    void settle(std::exception_ptr error) noexcept;

private:
    std::atomic<bool> ready_{false};
    std::exception_ptr error_;
    std::mutex mutex_;
    std::condition_variable settled_;
};

/// What a pool does with one of its tasks.
struct TaskLimits {
    int retries = 0;  ///< how often it is run again when its worker dies
    Timeout timeout;  ///< of each run
};

/// PoolTask is one call of a pool's worker.
class SPORK_API PoolTask {
public:
    PoolTask(Target target, TaskLimits limits) : target_(std::move(target)), limits_(limits) {}
    PoolTask(const PoolTask&) = delete;
    PoolTask& operator=(const PoolTask&) = delete;
    virtual ~PoolTask();

    /// Its result is in the reader, to be taken as it is; or it has failed. One of both is called, once, in a thread of the
    /// pool's process. What succeed() throws becomes the task's failure.
    virtual void succeed(Reader& reader) = 0;
    virtual void fail(std::exception_ptr error) noexcept = 0;

    /// Whether succeed() and fail() call the user's functions: these run in the pool's own thread, one after the other.
    virtual bool calls_back() const noexcept { return false; }

private:
    friend class PoolEngine;

    enum class Place { nowhere, backlog, board, over };

    Target target_;
    TaskLimits limits_;
    int deaths_ = 0;
    Place place_ = Place::nowhere;
    std::uint32_t slot_ = 0;
};

SPORK_API void log_failed_callback() noexcept;

/// The result of one call, or of many, and the functions that want to know of it.
template <class R>
class Outcome : public Settlement {
public:
    using Stored = std::conditional_t<std::is_void_v<R>, std::monostate, R>;

    std::function<void(const Stored&)> callback;
    std::function<void(std::exception_ptr)> error_callback;

    void set(Stored value) {
        value_.emplace(std::move(value));
        if (callback) {
            report([this] { callback(*value_); });
        }
        settle(nullptr);
    }
    void set_error(std::exception_ptr error) noexcept {
        if (error_callback) {
            report([&] { error_callback(error); });
        }
        settle(std::move(error));
    }

    const Stored& value() const {
        rethrow();
        return *value_;
    }
    Stored take() {
        rethrow();
        return std::move(*value_);
    }

protected:
    /// A callback that throws is its own affair: it is logged, and the pool goes on.
    template <class Call>
    static void report(Call call) noexcept {
        try {
            call();
        } catch (...) {
            log_failed_callback();
        }
    }

private:
    std::optional<Stored> value_;
};

/// One call whose result is wanted by itself.
template <class R>
class CallTask final : public PoolTask {
public:
    using PoolTask::PoolTask;

    Outcome<R> outcome;

    void succeed(Reader& reader) override {
        using Stored = typename Outcome<R>::Stored;
        auto value = reader.read<Stored>();
        reader.expect_end();
        outcome.set(std::move(value));
    }
    void fail(std::exception_ptr error) noexcept override { outcome.set_error(std::move(error)); }
    bool calls_back() const noexcept override { return outcome.callback || outcome.error_callback; }
};

/// The results of many chunks of calls, in the order of the calls.
template <class R>
class MapOutcome : public Outcome<std::vector<R>> {
public:
    explicit MapOutcome(std::size_t chunks) : parts_(chunks), left_(chunks) {}

    /// Calls done, all calls; after each chunk.
    std::function<void(std::size_t, std::size_t)> progress;
    std::size_t calls = 0;

    void finish_chunk(std::size_t index, std::size_t size, std::vector<R> part, std::exception_ptr error) {
        std::unique_lock hold(mutex_);
        parts_[index] = std::move(part);
        if (error && !error_) {
            error_ = std::move(error);
        }
        done_ += size;
        const bool last = --left_ == 0;
        const std::size_t done = done_;
        hold.unlock();
        if (progress) {
            this->report([&] { progress(done, calls); });
        }
        if (!last) {
            return;
        }
        if (error_) {
            this->set_error(error_);
            return;
        }
        std::vector<R> all;
        all.reserve(calls);
        for (std::vector<R>& from : parts_) {
            all.insert(all.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
            from = {};
        }
        this->set(std::move(all));
    }

private:
    std::mutex mutex_;
    std::vector<std::vector<R>> parts_;
    std::size_t left_;
    std::size_t done_ = 0;
    std::exception_ptr error_;
};

template <class R>
class ChunkTask final : public PoolTask {
public:
    ChunkTask(Target target, TaskLimits limits, std::shared_ptr<MapOutcome<R>> outcome, std::size_t index,
              std::size_t size)
        : PoolTask(std::move(target), limits), outcome_(std::move(outcome)), index_(index), size_(size) {}

    void succeed(Reader& reader) override {
        auto part = reader.read<std::vector<R>>();
        reader.expect_end();
        outcome_->finish_chunk(index_, size_, std::move(part), nullptr);
    }
    void fail(std::exception_ptr error) noexcept override {
        outcome_->finish_chunk(index_, size_, {}, std::move(error));
    }
    bool calls_back() const noexcept override {
        return outcome_->callback || outcome_->error_callback || outcome_->progress;
    }

private:
    std::shared_ptr<MapOutcome<R>> outcome_;
    std::size_t index_;
    std::size_t size_;
};

/// In a worker: runs a body and writes what it yields.
template <class Body>
class Answering final : public TaskBody {
public:
    using Result = void;

    explicit Answering(std::unique_ptr<TaskBody> body) : body_(std::move(body)) {}
    static std::unique_ptr<TaskBody> load(Reader& reader) { return std::make_unique<Answering>(Body::load(reader)); }
    void save(Writer& writer) const override { body_->save(writer); }

    /// `result` is a Writer.
    void run(void* result, bool) override {
        using R = std::decay_t<typename Body::Result>;
        Writer& writer = *static_cast<Writer*>(result);
        if constexpr (std::is_void_v<R>) {
            body_->run(nullptr, true);
            writer.write(std::monostate());
        } else {
            std::optional<R> value;
            body_->run(&value, true);
            writer.write(*value);
        }
    }

private:
    std::unique_ptr<TaskBody> body_;
};

/// A function for each of some arguments, which travel together.
template <class F, class Item, bool Spread>
class ChunkBody final : public TaskBody {
public:
    /// What one call yields.
    static decltype(auto) call(F& callable, Item& item) {
        if constexpr (Spread) {
            return std::apply(callable, std::move(item));
        } else {
            return std::invoke(callable, std::move(item));
        }
    }
    using One = std::decay_t<decltype(call(std::declval<F&>(), std::declval<Item&>()))>;
    using Result = std::vector<std::conditional_t<std::is_void_v<One>, std::monostate, One>>;

    ChunkBody(F callable, std::vector<Item> items) : callable_(std::move(callable)), items_(std::move(items)) {}

    void save(Writer& writer) const override {
        writer.write(callable_);
        writer.write(items_);
    }
    static std::unique_ptr<TaskBody> load(Reader& reader) {
        auto callable = reader.read<F>();
        return std::make_unique<ChunkBody>(std::move(callable), reader.read<std::vector<Item>>());
    }
    void run(void* result, bool) override {
        Result all;
        all.reserve(items_.size());
        for (std::size_t i = 0; i < items_.size(); ++i) {
            Item item = std::move(items_[i]);
            if constexpr (std::is_void_v<One>) {
                call(callable_, item);
                all.emplace_back();
            } else {
                all.push_back(call(callable_, item));
            }
        }
        static_cast<std::optional<Result>*>(result)->emplace(std::move(all));
    }

private:
    F callable_;
    std::vector<Item> items_;
};

/// A call with arguments, as a task for a pool.
template <class F, class... A>
Target make_answering_target(F&& callable, A&&... arguments) {
    using Callable = std::decay_t<F>;
    static_assert(!is_fork_only<Callable>,
                  "spork: a pool's tasks travel to processes that run already; fork_only cannot");
    using Body = call_body<Callable, A...>;
    Target target = make_target(std::forward<F>(callable), std::forward<A>(arguments)...);
    target.entry = &EntryOf<Answering<Body>>::entry;
    return target;
}

template <class F, class... A>
constexpr bool takes_arguments() {
    if constexpr (Parameters<std::decay_t<F>>::known) {
        return Parameters<std::decay_t<F>>::count == sizeof...(A);
    } else {
        return std::is_invocable_v<std::decay_t<F>&, std::decay_t<A>&...>;
    }
}

/// What a call yields.
template <class F, class... A>
requires(takes_arguments<F, A...>()) using call_result =
    std::decay_t<typename call_body<std::decay_t<F>, A...>::Result>;

/// What is kept of a range's element for a call of F: a value of the parameter's type where that is known.
template <class F, class Range>
using map_item = typename Kept<std::decay_t<F>, 0, std::ranges::range_reference_t<Range>>::type;

/// For starmap the element itself, a tuple of arguments.
template <class F, class Range, bool Spread>
using chunk_item = typename std::conditional_t<Spread, std::type_identity<std::ranges::range_value_t<Range>>,
                                               std::type_identity<map_item<F, Range>>>::type;

template <class F, class Range, bool Spread>
using chunk_body = ChunkBody<std::decay_t<F>, chunk_item<F, Range, Spread>, Spread>;

template <class F, class Range, bool Spread = false>
using map_result = typename chunk_body<F, Range, Spread>::One;

template <class R>
using stored = typename Outcome<R>::Stored;

/// The tasks that make up one result.
using TaskGroup = std::vector<std::shared_ptr<PoolTask>>;

/// Throws UsageError when the pool takes no more tasks, or what its initializer threw.
SPORK_API void submit_tasks(PoolEngine& engine, const TaskGroup& tasks);
SPORK_API bool cancel_tasks(const std::weak_ptr<PoolEngine>& engine, const TaskGroup& tasks);
SPORK_API TaskLimits limits_of(const PoolEngine& engine, std::optional<int> retries, std::optional<Timeout> timeout);

}  // namespace spork::detail
