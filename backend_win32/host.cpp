#include "platform/host.hpp"

#include "error.hpp"
#include "windows_api.hpp"

#include <ntsecapi.h>
#include <tlhelp32.h>

#include <algorithm>
#include <bit>
#include <cstdio>

namespace spork::platform {

namespace {

/// The share of the machine that a job (a container) leaves to its processes, in 1/10 000; all of it without a limit.
unsigned job_cpu_share() noexcept {
    constexpr unsigned whole = 10000;
    JOBOBJECT_CPU_RATE_CONTROL_INFORMATION limit{};
    if (!QueryInformationJobObject(nullptr, JobObjectCpuRateControlInformation, &limit, sizeof limit, nullptr)) {
        return whole;
    }
    constexpr DWORD hard = JOB_OBJECT_CPU_RATE_CONTROL_ENABLE | JOB_OBJECT_CPU_RATE_CONTROL_HARD_CAP;
    if ((limit.ControlFlags & hard) != hard) {
        return whole;
    }
    return std::clamp<unsigned>(limit.CpuRate, 1, whole);
}

void write_at_once(DWORD stream, std::string_view text) noexcept {
    DWORD written = 0;
    WriteFile(GetStdHandle(stream), text.data(), static_cast<DWORD>(text.size()), &written, nullptr);
}

}  // namespace

ProcessId process_id() noexcept {
    return GetCurrentProcessId();
}

unsigned cpu_count() noexcept {
    return std::max<unsigned>(1, GetActiveProcessorCount(ALL_PROCESSOR_GROUPS));
}

unsigned usable_cpu_count() noexcept {
    DWORD_PTR own = 0;
    DWORD_PTR system = 0;
    unsigned count = cpu_count();
    // Both masks are zero in a process that runs in several processor groups; then nothing narrows it.
    if (GetProcessAffinityMask(GetCurrentProcess(), &own, &system) && own != 0) {
        count = static_cast<unsigned>(std::popcount(own));
    }
    const unsigned quota = (cpu_count() * job_cpu_share() + 9999) / 10000;
    return std::clamp(quota, 1U, count);
}

unsigned thread_count() noexcept {
    const Handle snapshot(win32::raw(CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0)));
    if (!snapshot) {
        return 0;
    }
    unsigned count = 0;
    THREADENTRY32 entry{};
    entry.dwSize = sizeof entry;
    for (BOOL more = Thread32First(win32::native(snapshot.get()), &entry); more;
         more = Thread32Next(win32::native(snapshot.get()), &entry)) {
        count += entry.th32OwnerProcessID == GetCurrentProcessId() ? 1U : 0U;
    }
    return count;
}

std::error_code random_bytes(std::span<std::byte> out) noexcept {
    // Not BCryptGenRandom: it gives the same bytes, and loading bcrypt.dll costs every child milliseconds.
    if (!RtlGenRandom(out.data(), static_cast<ULONG>(out.size()))) {
        return std::make_error_code(std::errc::io_error);
    }
    return {};
}

void write_stdout(std::string_view text) noexcept {
    write_at_once(STD_OUTPUT_HANDLE, text);
}

void write_stderr(std::string_view text) noexcept {
    write_at_once(STD_ERROR_HANDLE, text);
}

void flush_streams() noexcept {
    std::fflush(nullptr);
}

void relax_processor() noexcept {
    YieldProcessor();
}

void ignore_interrupts() noexcept {
    // A handler of our own, not a null one, which started programs would inherit.
    SetConsoleCtrlHandler([](DWORD event) -> BOOL { return event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT; }, TRUE);
}

void exit_now(int code) noexcept {
    // ExitProcess would still tell every DLL, whose code may wait for threads that no longer run.
    TerminateProcess(GetCurrentProcess(), static_cast<UINT>(code));
    // Only a debugger can bring us here.
    for (;;) {
        Sleep(INFINITE);
    }
}

}  // namespace spork::platform
