#pragma once

/// \file
/// How a process ended.

#include <spork/export.hpp>

#include <cstdint>
#include <string>

namespace spork {

/// ExitStatus is everything the system tells about the end of a process; the numbers are the same on every system.
///
/// On Windows `signal` is derived: 15 after terminate(), 9 after kill(), 2 after interrupt(), 11 for an access violation
/// or a stack overflow, 6 for abort() and fast-fail, 4 and 8 for illegal instructions and arithmetic faults.
/// Cannot tell: a Windows program that chose to exit with 0x10000 + N looks as if it had been ended by signal N.
struct ExitStatus {
    int code = 0;              ///< the exit code N, or -N when signal N ended it: Process::exitcode()
    int signal = 0;            ///< the signal that ended it; 0 when it exited
    bool core_dumped = false;
    bool known = true;         ///< false when the host program collected the status first; code is then 255
    std::uint32_t raw = 0;     ///< the system's own value: a wait status, a Windows exit code

    friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

/// "exit code 3", "signal 15 (SIGTERM)", "unknown exit status".
SPORK_API std::string to_string(const ExitStatus& status);

/// Exit ends the process that throws it out of its target: `throw spork::Exit{3}` ends the child with exit code 3 after
/// its destructors ran. With a text, the text goes to standard error and the exit code is 1. Python: sys.exit.
struct Exit {
    explicit Exit(int exit_code = 0) : code(exit_code) {}
    explicit Exit(std::string message) : code(1), text(std::move(message)) {}
    explicit Exit(const char* message) : code(1), text(message) {}

    int code;
    std::string text;
};

}  // namespace spork
