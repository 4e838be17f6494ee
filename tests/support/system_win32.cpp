#include "support/system.hpp"

#include <winsock2.h>

#include <windows.h>

#include <io.h>

#include <cstdint>
#include <cstdlib>

namespace support {

// Asked one by one, because GetProcessHandleCount says 0 under Wine 8. Handles are multiples of four, the lowest first.
std::size_t open_handles() {
    std::size_t count = 0;
    for (std::uintptr_t value = 4; value < 0x4000; value += 4) {
        DWORD flags = 0;
        if (GetHandleInformation(reinterpret_cast<HANDLE>(value), &flags)) {
            ++count;
        }
    }
    return count;
}

std::string describe_handles() {
    return "Windows does not tell what they are";
}

// An ended process stays only as long as somebody holds a handle to it, and handles are counted.
std::size_t unreaped_children() {
    return 0;
}

bool process_exists(std::int64_t pid) {
    const HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, static_cast<DWORD>(pid));
    if (!process) {
        return false;
    }
    const bool alive = WaitForSingleObject(process, 0) == WAIT_TIMEOUT;
    CloseHandle(process);
    return alive;
}

bool has_low_priority() {
    const DWORD priority = GetPriorityClass(GetCurrentProcess());
    return priority == BELOW_NORMAL_PRIORITY_CLASS || priority == IDLE_PRIORITY_CLASS;
}

bool is_open_socket(spork::native_handle_type socket) {
    int type = 0;
    int size = sizeof type;
    return getsockopt(static_cast<SOCKET>(socket), SOL_SOCKET, SO_TYPE, reinterpret_cast<char*>(&type), &size) == 0;
}

void close_standard_handle(int number) {
    _close(number);
}

void kill_this_process() {
    TerminateProcess(GetCurrentProcess(), 0x10000 + 9);
    std::abort();
}

}  // namespace support
