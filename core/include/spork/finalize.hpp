#pragma once

/// \file
/// Work for the end of a process.

#include <spork/export.hpp>

#include <functional>
#include <memory>

namespace spork {

namespace detail {
class FinalizerWork;
}

/// Finalizer runs a function once: when it is called, when it is destroyed, or, with a priority, when the process ends before that
/// (highest first, newest first among equals; 0 and above before the children are joined, below 0 after).
/// Never runs in another process than the one that made it. Threads: any. Python: multiprocessing.util.Finalize.
class SPORK_API Finalizer {
public:
    explicit Finalizer(std::function<void()> work);
    Finalizer(std::function<void()> work, int exit_priority);
    Finalizer(Finalizer&&) noexcept = default;
    /// Runs the work that it had, as its destruction would.
    Finalizer& operator=(Finalizer&& other) noexcept;
    ~Finalizer();

    /// Runs it now; false when it ran before or was cancelled.
    bool operator()();

    /// Forgets the work.
    void cancel() noexcept;
    bool still_active() const noexcept;

private:
    std::shared_ptr<detail::FinalizerWork> work_;
};

/// True once the exit work of this process has begun.
SPORK_API bool is_exiting() noexcept;

}  // namespace spork
