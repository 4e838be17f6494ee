#pragma once

/// \file
/// Counting semaphores between processes.

#include <spork/export.hpp>
#include <spork/shared_handle.hpp>
#include <spork/timed_lockable.hpp>
#include <spork/timeout.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <stop_token>
#include <utility>

namespace spork {

/// Semaphore is a number of units that threads of any process take and give back; who finds none waits, in order of
/// arrival.
///
/// A handle: copies, and what a child receives, are the same semaphore. What a killed process had taken and not given back
/// goes to those who wait, so that nobody waits for the dead. That holds while units are things, given back by who took
/// them; once a process has released units that it did not hold, they count as signals, and the dead take theirs along.
///
///     spork::Semaphore seats(2);
///     ...
///     seats.acquire();
///     sing();
///     seats.release();
///
/// Has the names of std::counting_semaphore, of the standard's TimedLockable and of Python. No system call unless somebody waits. Threads: any number at once. Python: multiprocessing.Semaphore.
class SPORK_API Semaphore : public detail::SharedHandle, public detail::TimedLockable<Semaphore> {
public:
    /// The largest number of units.
    static constexpr std::int64_t max = 2147483647;

    /// Throws UsageError for less than 0 or more than max units; std::system_error when the system has no memory left.
    explicit Semaphore(std::int64_t units);
    Semaphore() : Semaphore(1) {}

    /// Takes a unit; waits for it unless `block` is false, within the time limit. Whether it got one. Throws CancelledError.
    bool acquire(bool block = true, Timeout timeout = no_limit, std::stop_token stop = {}) const;

    /// Gives units back, or adds new ones. Throws UsageError beyond max, or for less than one.
    void release(std::int64_t units = 1) const;

    /// How many units are there now; when somebody is just taking one, it may be that many no more.
    std::int64_t get_value() const;

    // The names of std::counting_semaphore.
    [[nodiscard]] bool try_acquire() const { return acquire(false); }
    template <class Rep, class Period>
    [[nodiscard]] bool try_acquire_for(std::chrono::duration<Rep, Period> limit) const {
        return acquire(true, limit);
    }
    /// Waits for as long as it was until `end` when the call began, even if somebody sets that clock meanwhile.
    template <class Clock, class Duration>
    [[nodiscard]] bool try_acquire_until(std::chrono::time_point<Clock, Duration> end) const {
        return acquire(true, end - Clock::now());
    }

    void unlock() const { release(); }

    /// "<Semaphore(value=2)>".
    friend SPORK_API std::ostream& operator<<(std::ostream& stream, const Semaphore& semaphore);

protected:
    using SharedHandle::SharedHandle;
    Semaphore(std::int64_t units, std::int64_t bound);

private:
    friend struct Transfer<Semaphore>;
};

/// BoundedSemaphore is a Semaphore that never has more units than it began with: a release too many is a UsageError.
/// Python: multiprocessing.BoundedSemaphore.
class SPORK_API BoundedSemaphore : public Semaphore {
public:
    explicit BoundedSemaphore(std::int64_t units) : Semaphore(units, units) {}
    BoundedSemaphore() : BoundedSemaphore(1) {}

private:
    friend struct Transfer<BoundedSemaphore>;
    using Semaphore::Semaphore;
};

template <>
struct SPORK_API Transfer<Semaphore> {
    static void save(Writer& writer, const Semaphore& value);
    static Semaphore load(Reader& reader);
};
template <>
struct SPORK_API Transfer<BoundedSemaphore> {
    static void save(Writer& writer, const BoundedSemaphore& value);
    static BoundedSemaphore load(Reader& reader);
};

}  // namespace spork
