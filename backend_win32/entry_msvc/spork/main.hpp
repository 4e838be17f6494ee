#pragma once

/// \file
/// Runs spork::init before main, without a call in it. Include this in the one file that defines main.
///
/// The C runtime calls the function pointers of the section .CRT$XCY after all static initialisers (.CRT$XCU) and before
/// main; the command line is known by then.

#include <spork/init.hpp>

#include <cstdlib>

namespace spork::detail {

inline void init_before_main() {
    init(__argc, __argv);
}

}  // namespace spork::detail

#pragma section(".CRT$XCY", long, read)
extern "C" __declspec(allocate(".CRT$XCY")) void (*const spork_init_before_main)() = spork::detail::init_before_main;
#pragma comment(linker, "/include:spork_init_before_main")
