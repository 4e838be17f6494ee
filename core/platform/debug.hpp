#pragma once

/// \file
/// For those who look at a program's processes from outside.

#include <string>

namespace spork::platform {

/// Shows `name` for this process where the system lists processes, as far as it has room for it: on Linux as the command
/// name, 15 bytes of it; on macOS and Windows as the name of the calling thread. Errors are dropped.
void show_name(const std::string& name) noexcept;

/// What to type to attach a debugger to this process.
std::string debugger_command();

/// Blocks until somebody lets this process go on: on POSIX systems the process stops itself and goes on at SIGCONT, which a
/// debugger sends when told to continue; on Windows it waits until a debugger is attached.
void wait_for_debugger() noexcept;

}  // namespace spork::platform
