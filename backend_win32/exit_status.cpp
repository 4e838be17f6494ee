#include "exit_status.hpp"

#include "windows_api.hpp"

namespace spork::platform::win32 {

namespace {

/// The signal that POSIX has for this end; 0 for none.
int signal_of(std::uint32_t exit_code) noexcept {
    constexpr std::uint32_t last_signal = 31;
    if (exit_code > exit_code_of_signal(0) && exit_code <= exit_code_of_signal(last_signal)) {
        return static_cast<int>(exit_code - exit_code_of_signal(0));
    }
    switch (exit_code) {
        case access_violation:
        case 0xC00000FD:  // stack overflow
            return signal_memory;
        case illegal_instruction:
        case 0xC0000096:  // privileged instruction
            return signal_illegal;
        case 0xC000008D:  // float: denormal operand
        case 0xC000008E:  // float: divide by zero
        case 0xC000008F:  // float: inexact result
        case 0xC0000090:  // float: invalid operation
        case 0xC0000091:  // float: overflow
        case 0xC0000092:  // float: stack check
        case 0xC0000093:  // float: underflow
        case division_by_zero:
        case 0xC0000095:  // integer overflow
            return signal_arithmetic;
        case 0xC0000409:  // __fastfail: abort() of the universal C runtime, a smashed stack
        case 0xC0000374:  // a damaged heap; glibc aborts
            return signal_abort;
        case 0xC000013A:  // Ctrl-C, or the console was closed
            return signal_interrupt;
        default:
            return 0;
    }
}

}  // namespace

ExitInfo exit_info(std::uint32_t exit_code) noexcept {
    ExitInfo info;
    info.raw = exit_code;
    info.signal = signal_of(exit_code);
    info.code = info.signal != 0 ? -info.signal : static_cast<int>(exit_code);
    return info;
}

}  // namespace spork::platform::win32
