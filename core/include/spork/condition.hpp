#pragma once

/// \file
/// Waiting under a lock for something to change.

#include <spork/export.hpp>
#include <spork/lock.hpp>
#include <spork/shared_handle.hpp>
#include <spork/timed_lockable.hpp>
#include <spork/timeout.hpp>

#include <concepts>
#include <cstddef>
#include <iosfwd>
#include <stop_token>
#include <utility>

namespace spork {

/// Condition lets threads of any process wait, under a lock, until another one notifies them.
///
///     spork::Condition stock;
///     ...
///     std::scoped_lock hold(stock);
///     stock.wait_for([&] { return soup.value() > 0; });
///
/// A handle: copies, and what a child receives, are the same condition with the same lock. No waiter wakes without a
/// notification, and a waiter that is killed before it goes on leaves its notification to the next one. The lock, a new
/// RLock unless one is given, may serve several conditions. Threads: any number at once. Python: multiprocessing.Condition.
class SPORK_API Condition : public detail::SharedHandle, public detail::TimedLockable<Condition> {
public:
    /// Throws std::system_error when the system has no memory or no handle left.
    Condition();
    explicit Condition(AnyLock lock);

    // Its lock, which is taken and freed through the Condition too.
    AnyLock& get_lock() noexcept { return lock_; }
    bool acquire(bool block = true, Timeout timeout = no_limit, std::stop_token stop = {}) const {
        return lock_.acquire(block, timeout, std::move(stop));
    }
    void unlock() const { lock_.unlock(); }
    void release() const { lock_.unlock(); }

    /// Frees the lock, however often this thread holds it, waits for a notification, and takes the lock again as often.
    /// False when the time limit passed first. Throws UsageError when the lock is not held, CancelledError (with the lock
    /// held again).
    bool wait(Timeout timeout = no_limit, std::stop_token stop = {}) const;

    /// Waits until `predicate()` is true, which is asked under the lock, first without waiting. Its last value: false when
    /// the time limit passed.
    template <std::predicate Predicate>
    bool wait_for(Predicate predicate, Timeout timeout = no_limit, std::stop_token stop = {}) const {
        const auto deadline = timeout.deadline();
        while (!predicate()) {
            if (!wait(deadline ? Timeout(*deadline) : no_limit, stop)) {
                return predicate();
            }
        }
        return true;
    }

    /// Lets at most `n` of those go on that wait now, in order of arrival. Nothing is kept for later waiters.
    /// Throws UsageError when the lock is not held.
    void notify(std::size_t n = 1) const;
    void notify_one() const { notify(1); }
    void notify_all() const;

    /// "<Condition(<RLock(owner=None)>, 2 waiting)>".
    friend SPORK_API std::ostream& operator<<(std::ostream& stream, const Condition& condition);

private:
    friend struct Transfer<Condition>;
    Condition(std::shared_ptr<detail::SharedObject> object, AnyLock lock);

    void require_lock(const char* purpose) const;

    AnyLock lock_;
};

template <>
struct SPORK_API Transfer<Condition> {
    static void save(Writer& writer, const Condition& value);
    static Condition load(Reader& reader);
};

}  // namespace spork
