#include <spork/finalize.hpp>

#include "exit_work.hpp"

#include "platform/host.hpp"

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace spork {

namespace detail {

/// The work of one Finalizer, shared with the table of those that run at exit.
class FinalizerWork {
public:
    FinalizerWork(std::function<void()> work, std::optional<int> priority)
        : work_(std::move(work)), priority_(priority) {}

    std::optional<int> priority() const noexcept { return priority_; }

    bool active() const noexcept {
        const std::lock_guard hold(mutex_);
        return work_ && owner_ == platform::process_id();
    }

    bool run() {
        const std::function<void()> work = take();
        if (!work) {
            return false;
        }
        work();
        return true;
    }

    /// What is to be run; empty when it ran, was cancelled, or belongs to another process.
    std::function<void()> take() {
        const std::lock_guard hold(mutex_);
        std::function<void()> work;
        work.swap(work_);
        return owner_ == platform::process_id() ? work : nullptr;
    }

private:
    mutable std::mutex mutex_;
    std::function<void()> work_;
    std::optional<int> priority_;
    platform::ProcessId owner_ = platform::process_id();
};

namespace {

// Finalizers may have static storage. Never destroyed; a forked child starts with a new one.
struct FinalizerTable {
    std::mutex mutex;
    std::vector<std::weak_ptr<FinalizerWork>> at_exit;  // oldest first
};

FinalizerTable*& table_slot() {
    static FinalizerTable* slot = new FinalizerTable();
    return slot;
}

FinalizerTable& table() {
    return *table_slot();
}

/// The next one to run: highest priority, newest among equals.
std::shared_ptr<FinalizerWork> next_finalizer(int least, int most) {
    FinalizerTable& finalizers = table();
    const std::lock_guard hold(finalizers.mutex);
    std::erase_if(finalizers.at_exit, [](const auto& weak) { return weak.expired(); });
    std::shared_ptr<FinalizerWork> next;
    for (const auto& weak : finalizers.at_exit) {
        const auto work = weak.lock();
        if (work && work->active() && *work->priority() >= least && *work->priority() <= most &&
            (!next || *work->priority() >= *next->priority())) {
            next = work;
        }
    }
    return next;
}

}  // namespace

void run_finalizers(int least, int most) {
    while (const auto work = next_finalizer(least, most)) {
        work->run();
    }
}

void forget_finalizers() noexcept {
    table_slot() = new FinalizerTable();
}

}  // namespace detail

Finalizer::Finalizer(std::function<void()> work)
    : work_(std::make_shared<detail::FinalizerWork>(std::move(work), std::nullopt)) {}

Finalizer::Finalizer(std::function<void()> work, int exit_priority)
    : work_(std::make_shared<detail::FinalizerWork>(std::move(work), exit_priority)) {
    detail::FinalizerTable& finalizers = detail::table();
    const std::lock_guard hold(finalizers.mutex);
    finalizers.at_exit.push_back(work_);
}

Finalizer& Finalizer::operator=(Finalizer&& other) noexcept {
    if (this != &other) {
        if (work_) {
            work_->run();
        }
        work_ = std::move(other.work_);
    }
    return *this;
}

Finalizer::~Finalizer() {
    if (work_) {
        work_->run();
    }
}

bool Finalizer::operator()() {
    return work_ && work_->run();
}

void Finalizer::cancel() noexcept {
    if (work_) {
        work_->take();
    }
}

bool Finalizer::still_active() const noexcept {
    return work_ && work_->active();
}

}  // namespace spork
