#pragma once

/// \file
/// Mutual exclusion between processes.

#include <spork/export.hpp>
#include <spork/shared_handle.hpp>
#include <spork/timed_lockable.hpp>
#include <spork/timeout.hpp>

#include <iosfwd>
#include <stop_token>
#include <utility>

namespace spork {

class Condition;

namespace detail {
class SharedElements;
}

/// AnyLock is a Lock or an RLock, as `get_lock()` of a Value gives it. It has what both have.
///
/// Taking and freeing a lock for which nobody waits makes no system call. Who waits for long is served before those who came later. Threads: any number at once.
class SPORK_API AnyLock : public detail::SharedHandle, public detail::TimedLockable<AnyLock> {
public:
    /// Frees the lock. Throws UsageError when nobody holds it, and for an RLock when this thread does not.
    void unlock() const;

    /// Python's names: `acquire` waits unless `block` is false, within the time limit, and tells whether it took the lock.
    /// Throws CancelledError.
    bool acquire(bool block = true, Timeout timeout = no_limit, std::stop_token stop = {}) const;
    void release() const { unlock(); }

    /// Whether a holder died since the last make_consistent(): what the lock protects may be half written. Ask while holding
    /// the lock. Cannot tell what the dead process was doing.
    [[nodiscard]] bool abandoned() const;

    /// Says that what the lock protects is right again. Call it while holding the lock.
    void make_consistent() const;

    /// "<Lock(owner=None)>": the owner is "None", "this thread" or "this process", or "process 1234".
    friend SPORK_API std::ostream& operator<<(std::ostream& stream, const AnyLock& lock);

protected:
    using SharedHandle::SharedHandle;

private:
    friend struct Transfer<AnyLock>;
    friend class Condition;
    friend class detail::SharedElements;
    friend struct Transfer<Condition>;

    /// The lock of an object that has one of its own.
    static AnyLock of(std::shared_ptr<detail::SharedObject> object) noexcept { return AnyLock(std::move(object)); }
};

/// Lock is a mutex that several processes share and that survives its holder.
///
/// A Lock is a cheap handle: copies, and what a child receives as an argument, are the same lock. A thread that takes it
/// twice waits for itself; RLock does not. As in Python, whoever has the handle may free it, also another thread or process
/// than took it. When the holder's process ends, the next taker gets the lock, and `abandoned()` is true until
/// `make_consistent()`.
///
///     spork::Lock lock;
///     spork::Process seller(sell_ticket, "db.json", lock);
///     ...
///     std::scoped_lock hold(lock);
///
/// Python: multiprocessing.Lock.
class SPORK_API Lock : public AnyLock {
public:
    /// A free lock. Throws std::system_error when the system has no memory or no handle left.
    Lock();

private:
    friend struct Transfer<Lock>;
    using AnyLock::AnyLock;
};

/// RLock is a Lock that its holder, one thread of one process, may take again; it is free when it was freed as often.
/// Only its holder may free it. A forked child holds none of its parent's. Python: multiprocessing.RLock.
class SPORK_API RLock : public AnyLock {
public:
    /// A free lock. Throws std::system_error when the system has no memory or no handle left.
    RLock();

private:
    friend struct Transfer<RLock>;
    using AnyLock::AnyLock;
};

template <>
struct SPORK_API Transfer<AnyLock> {
    static void save(Writer& writer, const AnyLock& value);
    static AnyLock load(Reader& reader);
};
template <>
struct SPORK_API Transfer<Lock> {
    static void save(Writer& writer, const Lock& value);
    static Lock load(Reader& reader);
};
template <>
struct SPORK_API Transfer<RLock> {
    static void save(Writer& writer, const RLock& value);
    static RLock load(Reader& reader);
};

}  // namespace spork
