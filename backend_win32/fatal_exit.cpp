// A child has nobody in front of it: no dialog, no debugger (300 ms under Wine), no error report may stand between a
// crash and the parent that waits. Users may install handlers of their own afterwards.

#include "fatal_exit.hpp"

#include "exit_status.hpp"
#include "windows_api.hpp"

#include <array>
#include <csignal>
#include <cstdint>

namespace spork::platform::win32 {

namespace {

struct DeadlySignal {
    int number;  // the C runtime's, which is not POSIX's for SIGABRT
    std::uint32_t exit_code;
};

// The C runtime's default for each of these is exit code 3. It raises the last three itself for hardware exceptions, so
// they keep the exception's code.
constexpr std::array<DeadlySignal, 6> deadly_signals{{
    {SIGABRT, exit_code_of_signal(signal_abort)},
    {SIGTERM, exit_code_of_signal(signal_terminate)},
    {SIGINT, exit_code_of_signal(signal_interrupt)},
    {SIGSEGV, access_violation},
    {SIGILL, illegal_instruction},
    {SIGFPE, division_by_zero},
}};

void end_by_signal(int raised) {
    for (const DeadlySignal& signal : deadly_signals) {
        if (signal.number == raised) {
            TerminateProcess(GetCurrentProcess(), signal.exit_code);
        }
    }
}

LONG WINAPI end_by_exception(EXCEPTION_POINTERS* what) {
    TerminateProcess(GetCurrentProcess(), what->ExceptionRecord->ExceptionCode);
    return EXCEPTION_CONTINUE_SEARCH;
}

}  // namespace

void install_fatal_exits() noexcept {
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
    SetUnhandledExceptionFilter(end_by_exception);
    ULONG stack_left_for_the_filter = 16 * 1024;  // after a stack overflow on this thread
    SetThreadStackGuarantee(&stack_left_for_the_filter);
    for (const DeadlySignal& signal : deadly_signals) {
        std::signal(signal.number, end_by_signal);
    }
#if defined(_MSC_VER) && defined(_DEBUG)
    _set_abort_behavior(0, _WRITE_ABORT_MSG);  // the debug runtime's message box comes before the handler
#endif
}

}  // namespace spork::platform::win32
