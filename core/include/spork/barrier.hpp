#pragma once

/// \file
/// A meeting point of several threads of any process.

#include <spork/export.hpp>
#include <spork/shared_handle.hpp>
#include <spork/task.hpp>
#include <spork/timeout.hpp>

#include <iosfwd>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace spork {

namespace detail {
class BarrierMembership;
}

/// Barrier lets its parties, threads of any process, wait for each other, as often as they like.
///
///     spork::Barrier start(3);
///     ...
///     start.wait();                       // all three go on together
///
/// A handle: copies, and what a child receives, are the same barrier. It breaks when a party's time limit passes, when a
/// process that has the barrier is killed, whether it waits or has yet to come, and when abort() is called: everybody who
/// waits, and who comes later, gets a BrokenBarrierError until reset(). A process that ends normally breaks nothing.
/// Threads: any number at once. Python: multiprocessing.Barrier.
class SPORK_API Barrier : public detail::SharedHandle {
public:
    /// For so many parties. The one that comes last in a round runs `action`, in its process, before anybody goes on.
    /// `timeout` is for waits that give none. Throws UsageError for less than one party.
    explicit Barrier(int parties, Task<void> action = {}, Timeout timeout = no_limit);

    template <class F>
        requires(!std::is_same_v<std::decay_t<F>, Task<void>> && !std::is_convertible_v<F, Timeout>)
    Barrier(int parties, F&& action, Timeout timeout = no_limit)
        : Barrier(parties, Task<void>(detail::make_target(std::forward<F>(action))), timeout) {}

    /// Waits until all parties are here. The number of those of this round who came before, each number once.
    /// Throws BrokenBarrierError; what the action throws, to who ran it, and then the barrier is broken; CancelledError,
    /// which breaks it too.
    int wait() const;
    int wait(Timeout timeout, std::stop_token stop = {}) const;

    /// Breaks the barrier for who waits; it can be used again at once, also when it was broken before.
    void reset() const;

    /// Breaks the barrier until reset().
    void abort() const;

    int parties() const;

    /// How many wait now.
    int n_waiting() const;
    bool broken() const;

    /// "<Barrier(2 of 5 waiting)>" or "<Barrier(broken)>".
    friend SPORK_API std::ostream& operator<<(std::ostream& stream, const Barrier& barrier);

private:
    friend struct Transfer<Barrier>;
    Barrier(std::shared_ptr<detail::SharedObject> object, Task<void> action);

    Task<void> action_;
    std::shared_ptr<detail::BarrierMembership> membership_;
};

template <>
struct SPORK_API Transfer<Barrier> {
    static void save(Writer& writer, const Barrier& value);
    static Barrier load(Reader& reader);
};

}  // namespace spork
