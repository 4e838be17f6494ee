#pragma once

/// \file
/// The first statement of main.

#include <spork/export.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace spork {

/// Must be the first statement of main. In a child it runs the child's target and never returns, so that the code after
/// it runs in the first process only. It takes spork's own words out of argv and arranges the exit work: when main
/// returns or std::exit is called, daemonic children are terminated and the others joined.
/// Static initialisers, and what stands before the call, run again in a spawned child.
/// Calling it again does nothing. Python: if __name__ == "__main__", freeze_support.
SPORK_API void init(int& argc, char** argv);

/// The command line of the program, argv[0] first, without spork's words; in a child that of its parent.
SPORK_API const std::vector<std::string>& arguments();

/// The program that spawn and forkserver start: by default the running one. It must be another copy of the same build.
/// An empty path restores the default. Python: set_executable.
SPORK_API void set_executable(std::filesystem::path path);

}  // namespace spork
