#pragma once

/// \file
/// A flag that processes wait for.

#include <spork/export.hpp>
#include <spork/shared_handle.hpp>
#include <spork/timeout.hpp>

#include <iosfwd>
#include <stop_token>
#include <utility>

namespace spork {

/// Event is a flag that threads of any process wait for. It begins cleared.
///
///     spork::Event green;
///     ...
///     green.wait();                       // in the cars
///     green.set();                        // in the traffic light: all of them go
///
/// A handle: copies, and what a child receives, are the same event. Whoever waits when it is set goes on, also when it is
/// cleared again at once. A process that is killed in the middle of anything keeps nobody waiting. Threads: any number at
/// once. Python: multiprocessing.Event.
class SPORK_API Event : public detail::SharedHandle {
public:
    /// Throws std::system_error when the system has no memory or no handle left.
    Event();

    [[nodiscard]] bool is_set() const;

    /// Sets the flag and lets all waiters go. Setting twice does nothing more.
    void set() const;

    /// Clears the flag.
    void clear() const;

    /// Waits until the flag is set. False when the time limit passed first. Throws CancelledError.
    bool wait(Timeout timeout = no_limit, std::stop_token stop = {}) const;

    /// "<Event(set)>" or "<Event(unset)>".
    friend SPORK_API std::ostream& operator<<(std::ostream& stream, const Event& event);

private:
    friend struct Transfer<Event>;
    using SharedHandle::SharedHandle;
};

template <>
struct SPORK_API Transfer<Event> {
    static void save(Writer& writer, const Event& value);
    static Event load(Reader& reader);
};

}  // namespace spork
