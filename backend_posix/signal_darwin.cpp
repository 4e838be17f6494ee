/// \file
/// Signals as a kqueue with one user event; the queue itself can be polled.

#include "descriptor.hpp"
#include "error.hpp"

#include "platform/deadline.hpp"

#include <sys/event.h>
#include <sys/types.h>

namespace spork::platform {

Result<Handle> make_signal() noexcept {
    Handle queue(::kqueue());
    if (!queue) {
        return last_error();
    }
    if (const auto error = close_on_exec(descriptor(queue))) {
        return error;
    }
    struct kevent event;
    EV_SET(&event, 0, EVFILT_USER, EV_ADD, 0, 0, nullptr);
    if (::kevent(descriptor(queue), &event, 1, nullptr, 0, nullptr) < 0) {
        return last_error();
    }
    return queue;
}

void raise_signal(RawHandle signal) noexcept {
    struct kevent event;
    EV_SET(&event, 0, EVFILT_USER, 0, NOTE_TRIGGER, 0, nullptr);
    ::kevent(static_cast<int>(signal), &event, 1, nullptr, 0, nullptr);
}

}  // namespace spork::platform
