#pragma once

/// \file
/// The ways to start a child process.

#include <spork/export.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace spork {

/// StartMethod says how a child comes to be. A program that compiles behaves the same under each of them.
/// Python: the names of multiprocessing.get_all_start_methods().
enum class StartMethod : std::uint8_t {
    fork,        ///< a plain copy of the calling process (Linux, macOS)
    spawn,       ///< a new process of the same executable (every system)
    forkserver,  ///< forked by a small single-threaded copy of the program (Linux, macOS)
};

/// "fork", "spawn" or "forkserver".
SPORK_API std::string_view to_string(StartMethod method) noexcept;

/// The methods of this system, the default first: forkserver, spawn, fork on Linux; spawn, fork, forkserver on macOS;
/// spawn on Windows.
SPORK_API std::vector<StartMethod> get_all_start_methods();

/// The method that Process and Pool use. Fixes the choice: the environment variable SPORK_START_METHOD if it is set,
/// else the system's default. Throws StartMethodUnavailable when the variable names a method that this system lacks.
SPORK_API StartMethod get_start_method();

/// Chooses the method for the program. Throws UsageError when a choice was made or a process started before (unless
/// `force`), StartMethodUnavailable when the system lacks the method.
SPORK_API void set_start_method(StartMethod method, bool force = false);

}  // namespace spork
