#pragma once

/// \file
/// Windows exit codes as spork tells them.
///
/// Windows has no signals. A process that spork ends by signal N gets the exit code 0x10000 + N, which is told as -N
/// (CPython does so for SIGTERM); crashes are told as the signals that POSIX has for them. A program that exits with
/// 0x1000F by itself cannot be told from one that was terminated.

#include "platform/launcher.hpp"

namespace spork::platform::win32 {

inline constexpr int signal_interrupt = 2;
inline constexpr int signal_illegal = 4;
inline constexpr int signal_abort = 6;
inline constexpr int signal_arithmetic = 8;
inline constexpr int signal_kill = 9;
inline constexpr int signal_memory = 11;
inline constexpr int signal_terminate = 15;

/// Exit codes of crashes: the NTSTATUS of the exception. (winnt.h has them as unsigned long, ntstatus.h clashes with
/// it.)
inline constexpr std::uint32_t access_violation = 0xC0000005;
inline constexpr std::uint32_t illegal_instruction = 0xC000001D;
inline constexpr std::uint32_t division_by_zero = 0xC0000094;

/// The exit code of a process that is ended by a signal.
constexpr std::uint32_t exit_code_of_signal(int number) noexcept {
    return 0x10000U + static_cast<std::uint32_t>(number);
}

ExitInfo exit_info(std::uint32_t exit_code) noexcept;

}  // namespace spork::platform::win32
