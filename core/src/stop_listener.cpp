#include "stop_listener.hpp"

#include <algorithm>
#include <list>
#include <mutex>
#include <optional>
#include <utility>

namespace spork::detail {

/// StopBell rings once, for all who listen to one stop state. It outlives them, and is destroyed
///
/// - by its own ring, in the thread that requests the stop: a std::stop_callback may be destroyed by its own call;
/// - by the thread that hangs it up, when the stop was requested just before: then it is not registered anywhere;
/// - some time after the last std::stop_source is gone: then nobody can ring it.
class StopBell {
public:
    StopBell(BellTower& tower, const std::stop_token& stop) : tower_(tower), stop_(stop) {}

    /// False when it has rung at once.
    bool hang_up() noexcept;

    bool is_for(const std::stop_token& stop) const noexcept { return stop_ == stop; }
    bool useless() const noexcept { return !first_ && !stop_.stop_possible(); }

    void add(StopListener& listener) noexcept;
    void remove(StopListener& listener) noexcept;

private:
    struct Ring {
        StopBell* bell;
        void operator()() const noexcept { bell->ring(); }
    };

    void ring() noexcept;

    BellTower& tower_;
    std::stop_token stop_;
    StopListener* first_ = nullptr;
    bool hangs_ = false;  ///< can be rung by other threads
    bool rung_ = false;
    std::optional<std::stop_callback<Ring>> callback_;
};

/// All bells. Never destroyed; a forked child starts with a new one.
class BellTower {
public:
    static BellTower*& current() {
        static BellTower* tower = new BellTower();
        return tower;
    }

    /// Guards the bells and who listens to them. A bell that rings while it is hung up is called by the thread that holds it.
    std::recursive_mutex mutex;

    void add(StopListener& listener, const std::stop_token& stop) {
        const std::lock_guard hold(mutex);
        for (StopBell& bell : bells_) {
            if (bell.is_for(stop)) {
                bell.add(listener);
                return;
            }
        }
        std::erase_if(bells_, [](const StopBell& bell) { return bell.useless(); });
        StopBell& bell = bells_.emplace_back(*this, stop);
        bell.add(listener);
        if (!bell.hang_up()) {
            remove(bell);
        }
    }

    void remove(const StopBell& bell) noexcept {
        bells_.erase(std::ranges::find(bells_, &bell, [](const StopBell& other) { return &other; }));
    }

private:
    std::list<StopBell> bells_;
};

bool StopBell::hang_up() noexcept {
    callback_.emplace(stop_, Ring{this});
    hangs_ = true;
    return !rung_;
}

void StopBell::add(StopListener& listener) noexcept {
    listener.bell_ = this;
    listener.next_ = std::exchange(first_, &listener);
}

void StopBell::remove(StopListener& listener) noexcept {
    StopListener** place = &first_;
    while (*place != &listener) {
        place = &(*place)->next_;
    }
    *place = listener.next_;
}

void StopBell::ring() noexcept {
    BellTower& tower = tower_;
    if (&tower != BellTower::current()) {
        return;  // this process was forked since, and those who listened were not
    }
    const std::lock_guard hold(tower.mutex);
    rung_ = true;
    for (StopListener* listener = first_; listener; listener = listener->next_) {
        listener->bell_ = nullptr;
        listener->function_();
    }
    if (hangs_) {
        tower.remove(*this);
    }
}

StopListener::StopListener(const std::stop_token& stop, std::function<void()> function)
    : function_(std::move(function)) {
    if (stop.stop_requested()) {
        function_();
    } else if (stop.stop_possible()) {
        tower_ = BellTower::current();
        tower_->add(*this, stop);
    }
}

StopListener::~StopListener() {
    if (tower_) {
        const std::lock_guard hold(tower_->mutex);
        if (bell_) {
            bell_->remove(*this);
        }
    }
}

void forget_stop_listeners() {
    BellTower::current() = new BellTower();
}

}  // namespace spork::detail
