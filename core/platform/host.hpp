#pragma once

/// \file
/// Facts about this process and this machine.

#include "platform/handle.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spork::platform {

using ProcessId = std::int64_t;

ProcessId process_id() noexcept;

/// Processors in the system, and those that this process may use (affinity mask, container quota rounded up). At least 1.
unsigned cpu_count() noexcept;
unsigned usable_cpu_count() noexcept;

/// Threads that this process has now, without the backend's own; 0 when the system does not tell.
unsigned thread_count() noexcept;

/// Tells the processor that this thread looks at a word again and again.
void relax_processor() noexcept;

/// Fills `out` from the system's random source.
std::error_code random_bytes(std::span<std::byte> out) noexcept;

/// The environment as NAME=VALUE in UTF-8, and replacing it as a whole in this process.
std::vector<std::string> environment();
void replace_environment(std::span<const std::string> entries);

/// The value of one variable in UTF-8; empty when unset.
std::string environment_variable(const char* name);

/// Write to standard output and error in one piece, past every buffer; errors are dropped.
void write_stdout(std::string_view text) noexcept;
void write_stderr(std::string_view text) noexcept;

/// Flushes C streams. Broken or closed streams are tolerated.
void flush_streams() noexcept;

/// From now on Ctrl-C does not end this process; programs that it starts are ended by it as usual.
void ignore_interrupts() noexcept;

/// Ends this process at once: no exit handlers, no static destructors.
[[noreturn]] void exit_now(int code) noexcept;

}  // namespace spork::platform
