// A signal of the seam is a manual-reset event: it wakes every waiter, and stays raised.

#include "error.hpp"
#include "platform/deadline.hpp"
#include "windows_api.hpp"

namespace spork::platform {

Result<Handle> make_signal() noexcept {
    const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    if (event == nullptr) {
        return win32::last_error();
    }
    return Handle(win32::raw(event));
}

void raise_signal(RawHandle signal) noexcept {
    SetEvent(win32::native(signal));
}

}  // namespace spork::platform
