/// \file
/// Signals as eventfd.

#include "descriptor.hpp"
#include "error.hpp"

#include "platform/deadline.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

namespace spork::platform {

Result<Handle> make_signal() noexcept {
    Handle signal(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!signal) {
        return last_error();
    }
    return above_standard_streams(std::move(signal));
}

void raise_signal(RawHandle signal) noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(static_cast<int>(signal), &one, sizeof one);
}

}  // namespace spork::platform
