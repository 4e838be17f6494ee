#pragma once

/// \file
/// Being told that a stop is requested.

#include <functional>
#include <stop_token>

namespace spork::detail {

class BellTower;
class StopBell;

/// StopListener calls a function when a stop is requested, in the thread that requests it; at once when that was before.
/// The function does not run any more when the destructor is done. It must not throw, nor make or destroy a listener.
///
/// A std::stop_callback of its own would do the same, but its destructor has to wait for a call that has begun, and where
/// libstdc++ has no futex, as with mingw-w64, that wait can miss its end: under Wine and GCC 12 about one wait in a hundred
/// that was stopped never returned. So there is one std::stop_callback for all listeners to a stop state, and it is never
/// destroyed while another thread may be calling it. See StopBell.
///
/// Threads: each listener belongs to one; stops may be requested by any.
class StopListener {
public:
    /// Throws std::bad_alloc.
    StopListener(const std::stop_token& stop, std::function<void()> function);
    StopListener(const StopListener&) = delete;
    StopListener& operator=(const StopListener&) = delete;
    ~StopListener();

private:
    friend class StopBell;

    std::function<void()> function_;
    BellTower* tower_ = nullptr;  ///< null: there is nothing to listen to
    StopBell* bell_ = nullptr;    ///< null once it has rung. The tower's lock guards it and the next
    StopListener* next_ = nullptr;
};

/// In a forked child: who listens is the parent's.
void forget_stop_listeners();

}  // namespace spork::detail
