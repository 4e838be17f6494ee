#include "descriptor.hpp"
#include "error.hpp"

#include "platform/handle.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace spork::platform {

void close_handle(RawHandle handle, HandleKind) noexcept {
    if (handle != no_handle) {
        // Not repeated after EINTR: the descriptor is gone by then on every system we know.
        ::close(static_cast<int>(handle));
    }
}

Result<RawHandle> duplicate_handle(RawHandle handle, HandleKind) noexcept {
    const int copy = ::fcntl(static_cast<int>(handle), F_DUPFD_CLOEXEC, 3);
    if (copy < 0) {
        return last_error();
    }
    return RawHandle{copy};
}

std::error_code close_on_exec(int descriptor) noexcept {
    const int flags = ::fcntl(descriptor, F_GETFD);
    if (flags < 0 || ::fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) < 0) {
        return last_error();
    }
    return {};
}

Result<Handle> above_standard_streams(Handle handle) noexcept {
    if (handle.get() > 2) {
        return handle;
    }
    const auto copy = duplicate_handle(handle.get(), HandleKind::object);
    if (!copy) {
        return copy.error();
    }
    return Handle(*copy);
}

}  // namespace spork::platform
