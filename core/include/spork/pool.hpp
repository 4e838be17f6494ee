#pragma once

/// \file
/// Pools of worker processes.

#include <spork/async_result.hpp>
#include <spork/error.hpp>
#include <spork/export.hpp>
#include <spork/imap_range.hpp>
#include <spork/pool_task.hpp>
#include <spork/process.hpp>
#include <spork/remote_exception.hpp>
#include <spork/start_method.hpp>
#include <spork/task.hpp>
#include <spork/timeout.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace spork {

/// What can be said about a pool. Every field may be left out.
struct PoolOptions {
    std::optional<int> processes = {};  ///< workers; default: usable_cpu_count()
    Task<void> initializer = {};        ///< run by each worker before its first task: spork::bind(setup, "db")
    std::optional<int> max_tasks_per_child = {};  ///< a worker is replaced after so many tasks; a chunk of map() is one
    int retries = 0;                              ///< how often a task whose worker died is run again
    Timeout timeout = no_limit;                   ///< of each task; a worker that takes longer is killed, and replaced
    std::optional<StartMethod> start_method = {};  ///< default: get_start_method()
};

/// What can be said about one call. Every field may be left out.
template <class R>
struct CallOptions {
    /// Is given the value, or the exception, before the result is ready. Callbacks run in one thread of the pool's, one after
    /// the other, so they delay each other's results.
    std::function<void(const typename detail::Outcome<R>::Stored&)> callback = {};
    std::function<void(std::exception_ptr)> error_callback = {};
    std::optional<int> retries = {};      ///< default: the pool's
    std::optional<Timeout> timeout = {};  ///< default: the pool's
};

/// What can be said about a map. Every field may be left out.
template <class R>
struct MapOptions {
    std::size_t chunksize = 0;  ///< calls that travel together; 0: as many as make four chunks for each worker
    /// Calls that are done, and all; after each chunk, in one thread of the pool's.
    std::function<void(std::size_t, std::size_t)> progress = {};
    std::function<void(const std::vector<typename detail::Outcome<R>::Stored>&)> callback = {};
    std::function<void(std::exception_ptr)> error_callback = {};
    std::optional<int> retries = {};
    std::optional<Timeout> timeout = {};
};

namespace detail {

/// The largest chunk of so many calls that gives each of the workers four: Python's.
SPORK_API std::size_t chunksize_for(std::size_t calls, std::size_t workers) noexcept;

}  // namespace detail

/// Pool is a number of worker processes that run tasks: functions with their arguments, whose results come back.
///
///     spork::Pool pool({.processes = 4});
///     int five = pool.apply(add, 2, 3);
///     std::vector<int> squares = pool.map(square, std::views::iota(0, 100));
///
/// What a task throws arrives at get() with its own type where that is one of the standard's, spork's, or registered
/// (ExceptionRegistration), as RemoteError otherwise; dynamic_cast to RemoteTrace tells its type's name and process.
/// A worker that dies fails only the task that it was running, with WorkerDied, and is replaced; queued tasks go on. Workers
/// ignore Ctrl-C, end with this process, and may have children and pools of their own. Neither closing nor destroying a pool
/// can hang; the destructor ends running tasks, as terminate() does.
///
/// A pool belongs to the process that made it, and cannot be passed on. Threads: any number at once.
/// Python: multiprocessing.Pool.
class SPORK_API Pool {
public:
    /// Starts the workers. Throws UsageError when there would be none, StartError when one cannot be started (no worker is
    /// left then), and what Process::start throws.
    explicit Pool(PoolOptions options = {});
    explicit Pool(int processes) : Pool(PoolOptions{.processes = processes}) {}
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    Pool(Pool&&) noexcept = default;
    Pool& operator=(Pool&&) noexcept = default;
    ~Pool();

    /// Runs a call in a worker and waits for its result.
    template <class F, class... A>
    auto apply(F&& function, A&&... arguments) {
        return apply_async(std::forward<F>(function), std::forward<A>(arguments)...).get();
    }

    /// Gives a call to the workers. Arguments are converted to the types of the function's parameters now. Throws UsageError
    /// after close() and terminate(), and when the pool is broken because its initializer failed: then with what it threw.
    template <class F, class... A>
    auto apply_async(F&& function, A&&... arguments) -> AsyncResult<detail::call_result<F, A...>> {
        return apply_async(CallOptions<detail::call_result<F, A...>>{}, std::forward<F>(function),
                           std::forward<A>(arguments)...);
    }

    /// The same, with callbacks and limits: `pool.apply_async({.callback = print, .timeout = 2s}, work, 1)`.
    template <class F, class... A>
    auto apply_async(CallOptions<detail::call_result<F, A...>> options, F&& function, A&&... arguments)
        -> AsyncResult<detail::call_result<F, A...>> {
        using R = detail::call_result<F, A...>;
        auto task = std::make_shared<detail::CallTask<R>>(
            detail::make_answering_target(std::forward<F>(function), std::forward<A>(arguments)...),
            detail::limits_of(engine(), options.retries, options.timeout));
        task->outcome.callback = std::move(options.callback);
        task->outcome.error_callback = std::move(options.error_callback);
        std::shared_ptr<detail::Outcome<R>> outcome(task, &task->outcome);
        auto group = std::make_shared<const detail::TaskGroup>(detail::TaskGroup{task});
        detail::submit_tasks(engine(), *group);
        return {std::move(outcome), std::move(group), engine_};
    }

    /// Calls the function for each element; the results in the order of the elements. Reads the whole range first. When calls
    /// throw, the exception that came first is thrown, but only when all calls are done.
    template <class F, std::ranges::input_range Range>
    auto map(F&& function, Range&& elements, std::size_t chunksize = 0) {
        return finish(map_async(std::forward<F>(function), std::forward<Range>(elements), chunksize));
    }
    template <class F, std::ranges::input_range Range>
    auto map(F&& function, Range&& elements, MapOptions<detail::map_result<F, Range>> options) {
        return finish(map_async(std::forward<F>(function), std::forward<Range>(elements), std::move(options)));
    }
    template <class F, std::ranges::input_range Range>
    auto map_async(F&& function, Range&& elements, std::size_t chunksize = 0) {
        return map_async(std::forward<F>(function), std::forward<Range>(elements),
                         MapOptions<detail::map_result<F, Range>>{.chunksize = chunksize});
    }
    template <class F, std::ranges::input_range Range>
    auto map_async(F&& function, Range&& elements, MapOptions<detail::map_result<F, Range>> options) {
        return start_map<false, detail::map_result<F, Range>>(std::forward<F>(function), std::forward<Range>(elements),
                                                              std::move(options));
    }

    /// As map(), for elements that are tuples of arguments.
    template <class F, std::ranges::input_range Range>
    auto starmap(F&& function, Range&& elements, std::size_t chunksize = 0) {
        return finish(starmap_async(std::forward<F>(function), std::forward<Range>(elements), chunksize));
    }
    template <class F, std::ranges::input_range Range>
    auto starmap_async(F&& function, Range&& elements, std::size_t chunksize = 0) {
        using R = detail::map_result<F, Range, true>;
        return start_map<true, R>(std::forward<F>(function), std::forward<Range>(elements),
                                  MapOptions<R>{.chunksize = chunksize});
    }

    /// A range of results in the order of the elements, which are read as results are taken: at most `chunksize` times
    /// `ahead` more than were asked for (0: twice as many chunks as workers), so the input may be endless. What the input
    /// throws is thrown at its place. The range refers to the pool.
    template <class F, std::ranges::input_range Range>
    auto imap(F&& function, Range&& elements, std::ptrdiff_t chunksize = 1, std::size_t ahead = 0) {
        return start_imap(std::forward<F>(function), std::forward<Range>(elements), chunksize, ahead, true);
    }

    /// The same, each result as soon as it is there.
    template <class F, std::ranges::input_range Range>
    auto imap_unordered(F&& function, Range&& elements, std::ptrdiff_t chunksize = 1, std::size_t ahead = 0) {
        return start_imap(std::forward<F>(function), std::forward<Range>(elements), chunksize, ahead, false);
    }

    /// No more tasks; those given are done, then the workers end. Returns at once.
    void close();

    /// Ends the workers now. Tasks that have no result yet fail with CancelledError.
    void terminate();

    /// Waits until the workers have ended; false when the time is over first. Throws UsageError before close() or
    /// terminate(), CancelledError.
    bool join(Timeout timeout = no_limit, std::stop_token stop = {});

    /// How many workers the pool has.
    std::size_t processes() const;

    /// The workers that live now.
    std::vector<Process> workers() const;

private:
    /// Throws UsageError when the pool was moved to another variable.
    detail::PoolEngine& engine() const;

    /// A map of a function without a result has none.
    template <class R>
    static auto finish(AsyncResult<std::vector<R>> result) {
        if constexpr (std::is_same_v<R, std::monostate>) {
            static_cast<void>(result.get());
        } else {
            return result.get();
        }
    }

    template <bool Spread, class R, class F, class Range>
    auto start_map(F&& function, Range&& elements, MapOptions<R> options) {
        using Body = detail::chunk_body<F, Range, Spread>;
        using Item = detail::chunk_item<F, Range, Spread>;
        using Stored = detail::stored<R>;
        std::vector<Item> items;
        if constexpr (std::ranges::sized_range<Range>) {
            items.reserve(static_cast<std::size_t>(std::ranges::size(elements)));
        }
        for (auto&& element : elements) {
            items.push_back(detail::keep<Item>(std::forward<decltype(element)>(element)));
        }
        const std::size_t size =
            options.chunksize != 0 ? options.chunksize : detail::chunksize_for(items.size(), processes());
        const std::size_t chunks = (items.size() + size - 1) / size;
        auto outcome = std::make_shared<detail::MapOutcome<Stored>>(chunks);
        outcome->calls = items.size();
        outcome->progress = std::move(options.progress);
        outcome->callback = std::move(options.callback);
        outcome->error_callback = std::move(options.error_callback);
        auto group = std::make_shared<detail::TaskGroup>();
        for (std::size_t at = 0; at < items.size(); at += size) {
            const auto first = std::make_move_iterator(items.begin() + static_cast<std::ptrdiff_t>(at));
            const std::size_t count = std::min(size, items.size() - at);
            detail::Target target{
                std::make_shared<Body>(std::decay_t<F>(function),
                                       std::vector<Item>(first, first + static_cast<std::ptrdiff_t>(count))),
                &detail::EntryOf<detail::Answering<Body>>::entry};
            group->push_back(std::make_shared<detail::ChunkTask<Stored>>(
                std::move(target), detail::limits_of(engine(), options.retries, options.timeout), outcome,
                group->size(), count));
        }
        detail::submit_tasks(engine(), *group);
        if (group->empty()) {
            outcome->callback = nullptr;  // as in Python, nobody hears of nothing
            outcome->set({});
        }
        return AsyncResult<std::vector<Stored>>(outcome, std::move(group), engine_);
    }

    template <class F, class Range>
    auto start_imap(F&& function, Range&& elements, std::ptrdiff_t chunksize, std::size_t ahead, bool ordered) {
        using R = detail::stored<detail::map_result<F, Range>>;
        if (chunksize < 1) {
            throw UsageError("imap: a chunk has one element or more, not " + std::to_string(chunksize));
        }
        auto feed = std::make_unique<detail::ElementFeed<std::decay_t<F>, Range>>(
            engine_, std::forward<F>(function), std::forward<Range>(elements), static_cast<std::size_t>(chunksize));
        return ImapRange<R>(std::move(feed), engine_, ahead != 0 ? ahead : 2 * processes(), ordered);
    }

    std::shared_ptr<detail::PoolEngine> engine_;
};

}  // namespace spork
