#pragma once

/// \file
/// Runs spork::init before main, without a call in it. Include this in the one file that defines main.
///
/// The program defines __libc_start_main, which the C library's start code calls after argv is known and which calls main
/// after all static initialisers; this one lets the library's own call our main first. Needs a dynamically linked C
/// library; a program linked with -static writes spork::init(argc, argv) as the first statement of main instead.

#include <spork/init.hpp>

#include <dlfcn.h>

// The program's main may have two parameters or three. The C library calls every one with three, and so does this.
#if defined(__has_cpp_attribute) && __has_cpp_attribute(clang::no_sanitize)
#define SPORK_CALLS_MAIN [[clang::no_sanitize("function")]]
#else
#define SPORK_CALLS_MAIN
#endif

namespace spork::detail {

using MainFunction = int (*)(int, char**, char**);
using StartFunction = int (*)(MainFunction, int, char**, void (*)(), void (*)(), void (*)(), void*);

inline MainFunction program_main = nullptr;

SPORK_CALLS_MAIN inline int initialised_main(int argc, char** argv, char** environment) {
    init(argc, argv);
    return program_main(argc, argv, environment);
}

}  // namespace spork::detail

extern "C" __attribute__((visibility("default"))) int __libc_start_main(spork::detail::MainFunction main_function,
                                                                         int argc, char** argv, void (*init)(),
                                                                         void (*fini)(), void (*loader_fini)(),
                                                                         void* stack_end) {
    spork::detail::program_main = main_function;
    const auto start =
        reinterpret_cast<spork::detail::StartFunction>(::dlsym(RTLD_NEXT, "__libc_start_main"));
    return start(spork::detail::initialised_main, argc, argv, init, fini, loader_fini, stack_end);
}
