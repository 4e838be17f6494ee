// The functions of kernel32 that tell the time of day, led elsewhere: their first instructions become a jump to ours, so
// that it does not matter who calls them and how he found them.

#include "support/wall_clock.hpp"

#include <windows.h>

#include <winternl.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>

namespace {

/// In the system's unit.
using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;

std::atomic<std::int64_t> shift{0};

void WINAPI shifted_time(FILETIME* time) {
    LARGE_INTEGER now{};
    NtQuerySystemTime(&now);
    now.QuadPart += shift;
    *time = {now.LowPart, static_cast<DWORD>(now.HighPart)};
}

void WINAPI shifted_date(SYSTEMTIME* time) {
    FILETIME now{};
    shifted_time(&now);
    FileTimeToSystemTime(&now, time);
}

/// mov rax, target; jmp rax
void lead_elsewhere(const char* name, const void* target) {
    FARPROC const function = GetProcAddress(GetModuleHandleW(L"kernel32"), name);
    void* begin = nullptr;
    std::memcpy(&begin, &function, sizeof begin);
    std::array<unsigned char, 12> jump{0x48, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xE0};
    std::memcpy(jump.data() + 2, &target, sizeof target);
    DWORD before = 0;
    VirtualProtect(begin, jump.size(), PAGE_EXECUTE_READWRITE, &before);
    std::memcpy(begin, jump.data(), jump.size());
    VirtualProtect(begin, jump.size(), before, &before);
    FlushInstructionCache(GetCurrentProcess(), begin, jump.size());
}

}  // namespace

void support::shift_wall_clock(std::chrono::seconds later) {
    static const bool led = [] {
        lead_elsewhere("GetSystemTimeAsFileTime", reinterpret_cast<const void*>(&shifted_time));
        lead_elsewhere("GetSystemTimePreciseAsFileTime", reinterpret_cast<const void*>(&shifted_time));
        lead_elsewhere("GetSystemTime", reinterpret_cast<const void*>(&shifted_date));
        return true;
    }();
    static_cast<void>(led);
    shift = std::chrono::duration_cast<Ticks>(later).count();
}
