#pragma once

/// \file
/// The API bound to one start method.

#include <spork/array.hpp>
#include <spork/barrier.hpp>
#include <spork/condition.hpp>
#include <spork/connection.hpp>
#include <spork/event.hpp>
#include <spork/export.hpp>
#include <spork/lock.hpp>
#include <spork/pool.hpp>
#include <spork/process.hpp>
#include <spork/queue.hpp>
#include <spork/semaphore.hpp>
#include <spork/value.hpp>

#include <cstdint>
#include <optional>
#include <utility>

namespace spork {

/// Context makes processes by one start method, whatever the program's default is.
///
///     auto spawn = spork::get_context(spork::StartMethod::spawn);
///     auto p = spawn.Process(work, 1);
///
/// Everything made by one context can be given to the processes of another. Python: multiprocessing.get_context.
class Context {
public:
    explicit Context(StartMethod method) noexcept : method_(method) {}

    StartMethod get_start_method() const noexcept { return method_; }

    spork::Process Process() const { return Process(ProcessOptions()); }

    spork::Process Process(ProcessOptions options) const {
        options.start_method = method_;
        return spork::Process(std::move(options));
    }

    template <class F, class... A>
        requires(!std::is_same_v<std::remove_cvref_t<F>, ProcessOptions>)
    spork::Process Process(F&& target, A&&... arguments) const {
        return Process(ProcessOptions(), std::forward<F>(target), std::forward<A>(arguments)...);
    }

    template <class F, class... A>
    spork::Process Process(ProcessOptions options, F&& target, A&&... arguments) const {
        options.start_method = method_;
        return spork::Process(std::move(options), std::forward<F>(target), std::forward<A>(arguments)...);
    }

    ConnectionPair Pipe(bool duplex = true) const { return make_pipe(duplex); }

    // What processes share is the same whichever way they are started.
    spork::Lock Lock() const { return {}; }
    spork::RLock RLock() const { return {}; }
    spork::Semaphore Semaphore(std::int64_t units = 1) const { return spork::Semaphore(units); }
    spork::BoundedSemaphore BoundedSemaphore(std::int64_t units = 1) const { return spork::BoundedSemaphore(units); }
    spork::Event Event() const { return {}; }
    spork::Condition Condition() const { return {}; }
    spork::Condition Condition(AnyLock lock) const { return spork::Condition(std::move(lock)); }
    template <class... A>
    spork::Barrier Barrier(int parties, A&&... arguments) const {
        return spork::Barrier(parties, std::forward<A>(arguments)...);
    }
    template <class T, class... A>
    spork::Value<T> Value(A&&... arguments) const {
        return spork::Value<T>(std::forward<A>(arguments)...);
    }
    template <class T, class... A>
    spork::Array<T> Array(A&&... arguments) const {
        return spork::Array<T>(std::forward<A>(arguments)...);
    }
    template <class T, class... A>
    spork::RawValue<T> RawValue(A&&... arguments) const {
        return spork::RawValue<T>(std::forward<A>(arguments)...);
    }
    template <class T, class... A>
    spork::RawArray<T> RawArray(A&&... arguments) const {
        return spork::RawArray<T>(std::forward<A>(arguments)...);
    }
    template <class T>
    spork::Queue<T> Queue(std::int64_t maxsize = 0, std::size_t max_bytes = 0) const {
        return spork::Queue<T>(maxsize, max_bytes);
    }
    template <class T>
    spork::JoinableQueue<T> JoinableQueue(std::int64_t maxsize = 0, std::size_t max_bytes = 0) const {
        return spork::JoinableQueue<T>(maxsize, max_bytes);
    }
    template <class T>
    spork::SimpleQueue<T> SimpleQueue() const {
        return {};
    }
    spork::Pool Pool(PoolOptions options = {}) const {
        options.start_method = method_;
        return spork::Pool(std::move(options));
    }
    spork::Pool Pool(int processes) const { return Pool(PoolOptions{.processes = processes}); }

    friend bool operator==(const Context&, const Context&) = default;

private:
    StartMethod method_;
};

/// Throws StartMethodUnavailable when this system lacks the method. Without a method: the program's default, now fixed.
SPORK_API Context get_context(std::optional<StartMethod> method = std::nullopt);

/// Runs `preload` once in the fork server before it forks its first child, so that what it loads is there in every child.
/// For the next fork server that is started; replaces what was set before. No effect where there is none (Windows).
SPORK_API void set_forkserver_preload(Task<void> preload);

}  // namespace spork
