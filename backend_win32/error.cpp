#include "error.hpp"

namespace spork::platform::win32 {

std::error_code windows_error(DWORD number) noexcept {
    if (number == ERROR_SUCCESS) {
        return std::make_error_code(std::errc::io_error);
    }
    return {static_cast<int>(number), std::system_category()};
}

std::error_code last_error() noexcept {
    return windows_error(GetLastError());
}

std::error_code last_socket_error() noexcept {
    return windows_error(static_cast<DWORD>(WSAGetLastError()));
}

std::error_code memory_error(DWORD number) noexcept {
    switch (number) {
        case ERROR_NOT_ENOUGH_MEMORY:
        case ERROR_OUTOFMEMORY:
        case ERROR_COMMITMENT_LIMIT:
        case ERROR_COMMITMENT_MINIMUM:
        case ERROR_NO_SYSTEM_RESOURCES:
        case ERROR_WORKING_SET_QUOTA:
        case ERROR_PAGEFILE_QUOTA:
            return std::make_error_code(std::errc::not_enough_memory);
        default:
            return windows_error(number);
    }
}

bool means_gone(DWORD number) noexcept {
    // A closed peer is 109 for a reader and 232 for a writer; 233 is seen while the peer is just going.
    return number == ERROR_BROKEN_PIPE || number == ERROR_NO_DATA || number == ERROR_PIPE_NOT_CONNECTED;
}

std::error_code receive_error(DWORD number) noexcept {
    return means_gone(number) ? std::make_error_code(std::errc::connection_reset) : windows_error(number);
}

std::error_code send_error(DWORD number) noexcept {
    return means_gone(number) ? std::make_error_code(std::errc::broken_pipe) : windows_error(number);
}

}  // namespace spork::platform::win32
