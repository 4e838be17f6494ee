#include "error.hpp"
#include "kept_handles.hpp"
#include "socket_handle.hpp"
#include "windows_api.hpp"

namespace spork::platform {

void close_handle(RawHandle handle, HandleKind kind) noexcept {
    if (handle == no_handle) {
        return;
    }
    if (kind == HandleKind::socket) {
        closesocket(win32::native_socket(handle));
    } else {
        win32::forget_channel(handle);
        CloseHandle(win32::native(handle));
    }
}

Result<RawHandle> duplicate_handle(RawHandle handle, HandleKind kind) noexcept {
    // Minus one is also the pseudo handle of this process, which DuplicateHandle would gladly make real.
    if (handle == no_handle) {
        return std::make_error_code(std::errc::bad_file_descriptor);
    }
    if (kind == HandleKind::socket) {
        return win32::duplicate_socket(handle);
    }
    HANDLE copy = nullptr;
    if (!DuplicateHandle(GetCurrentProcess(), win32::native(handle), GetCurrentProcess(), &copy, 0, FALSE,
                         DUPLICATE_SAME_ACCESS)) {
        return win32::last_error();
    }
    return win32::raw(copy);
}

}  // namespace spork::platform
