/// \file
/// Pool, and waiting for what it yields.

#include <spork/pool.hpp>

#include "pool_engine.hpp"
#include "processors.hpp"
#include "stop_listener.hpp"

#include <spork/logging.hpp>

#include <algorithm>
#include <chrono>

namespace spork {

namespace detail {

namespace {

/// How long a thread that waits for a result takes answers itself before it sleeps: about what waking costs.
constexpr std::chrono::microseconds helps_for{50};

}  // namespace

Settlement::~Settlement() = default;
PoolTask::~PoolTask() = default;

void Settlement::settle(std::exception_ptr error) noexcept {
    error_ = std::move(error);
    const std::lock_guard hold(mutex_);
    ready_.store(true, std::memory_order_release);
    settled_.notify_all();
}

bool Settlement::wait(PoolEngine* engine, Timeout timeout, const std::stop_token& stop) {
    if (ready()) {
        return true;
    }
    const auto deadline = timeout.deadline();
    if (engine && several_processors() && !stop.stop_requested()) {
        const PoolEngine::Helper helper(*engine);
        const auto end = std::min(std::chrono::steady_clock::now() + helps_for,
                                  deadline.value_or(std::chrono::steady_clock::time_point::max()));
        while (!ready() && std::chrono::steady_clock::now() < end) {
            if (!engine->help()) {
                platform::relax_processor();
            }
        }
    }
    std::optional<StopListener> listener;
    if (stop.stop_possible()) {
        listener.emplace(stop, [this] {
            const std::lock_guard hold(mutex_);
            settled_.notify_all();
        });
    }
    std::unique_lock lock(mutex_);
    const auto over = [&] { return ready() || stop.stop_requested(); };
    if (deadline) {
        settled_.wait_until(lock, *deadline, over);
    } else {
        settled_.wait(lock, over);
    }
    if (!ready() && stop.stop_requested()) {
        throw CancelledError("a stop was requested while waiting for the result of a task");
    }
    return ready();
}

std::optional<std::size_t> Arrivals::next(Timeout timeout, const std::stop_token& stop) {
    std::optional<StopListener> listener;
    if (stop.stop_possible()) {
        listener.emplace(stop, [this] {
            const std::lock_guard hold(mutex_);
            arrived_.notify_all();
        });
    }
    std::unique_lock lock(mutex_);
    const auto over = [&] { return !numbers_.empty() || stop.stop_requested(); };
    if (const auto deadline = timeout.deadline()) {
        arrived_.wait_until(lock, *deadline, over);
    } else {
        arrived_.wait(lock, over);
    }
    if (!numbers_.empty()) {
        const std::size_t number = numbers_.front();
        numbers_.pop_front();
        return number;
    }
    if (stop.stop_requested()) {
        throw CancelledError("a stop was requested while waiting for a result of imap");
    }
    return std::nullopt;
}

void log_failed_callback() noexcept {
    try {
        throw;
    } catch (const std::exception& error) {
        get_logger().error(std::string("a callback of a Pool threw: ") + error.what());
    } catch (...) {
        get_logger().error("a callback of a Pool threw something that is no std::exception");
    }
}

void submit_tasks(PoolEngine& engine, const TaskGroup& tasks) {
    engine.submit(tasks);
}

bool cancel_tasks(const std::weak_ptr<PoolEngine>& engine, const TaskGroup& tasks) {
    const std::shared_ptr<PoolEngine> alive = engine.lock();
    return alive && alive->is_own() && alive->cancel(tasks);
}

bool wait_for(Settlement& settlement, const std::weak_ptr<PoolEngine>& engine, Timeout timeout,
              const std::stop_token& stop) {
    if (settlement.ready()) {
        return true;
    }
    return settlement.wait(engine.lock().get(), timeout, stop);
}

TaskLimits limits_of(const PoolEngine& engine, std::optional<int> retries, std::optional<Timeout> timeout) {
    return {retries.value_or(engine.options().retries), timeout.value_or(engine.options().timeout)};
}

std::size_t chunksize_for(std::size_t calls, std::size_t workers) noexcept {
    return std::max<std::size_t>(1, (calls + 4 * workers - 1) / (4 * workers));
}

}  // namespace detail

Pool::Pool(PoolOptions options) : engine_(std::make_shared<detail::PoolEngine>(std::move(options))) {}

Pool::~Pool() {
    if (engine_ && engine_->is_own()) {
        engine_->terminate();
    }
}

detail::PoolEngine& Pool::engine() const {
    if (!engine_) {
        throw UsageError("this Pool was moved to another variable");
    }
    if (!engine_->is_own()) {
        throw UsageError("this Pool belongs to the process that made it; make one of your own here");
    }
    return *engine_;
}

void Pool::close() {
    engine().close();
}

void Pool::terminate() {
    engine().terminate();
}

bool Pool::join(Timeout timeout, std::stop_token stop) {
    return engine().join(timeout, stop);
}

std::size_t Pool::processes() const {
    return engine().processes();
}

std::vector<Process> Pool::workers() const {
    return engine().workers();
}

}  // namespace spork
