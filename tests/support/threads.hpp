#pragma once

/// \file
/// Threads of a test whose exceptions are the test's.

#include <exception>
#include <mutex>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace support {

/// Threads are threads that work together in a test. What one of them throws ends it, and is thrown again by join(): the
/// test fails with a message, and the program goes on.
///
///     Threads senders;
///     senders.start([&a] { a.send(1); });
///     senders.join();
class Threads {
public:
    Threads() = default;
    Threads(const Threads&) = delete;
    Threads& operator=(const Threads&) = delete;

    /// Like std::jthread: the body may take a std::stop_token. The destructor stops and joins.
    template <class Body>
    void start(Body body) {
        threads_.emplace_back([this, body = std::move(body)](const std::stop_token& stop) mutable {
            try {
                if constexpr (std::is_invocable_v<Body&, const std::stop_token&>) {
                    body(stop);
                } else {
                    body();
                }
            } catch (...) {
                const std::lock_guard hold(mutex_);
                if (!thrown_) {
                    thrown_ = std::current_exception();
                }
            }
        });
    }

    void request_stop() {
        for (std::jthread& thread : threads_) {
            thread.request_stop();
        }
    }

    /// Waits for the end of all, and throws the first exception of theirs.
    void join() {
        for (std::jthread& thread : threads_) {
            thread.join();
        }
        threads_.clear();
        if (thrown_) {
            std::rethrow_exception(std::exchange(thrown_, nullptr));
        }
    }

private:
    std::mutex mutex_;
    std::exception_ptr thrown_;
    std::vector<std::jthread> threads_;  ///< last: they use the others
};

}  // namespace support
