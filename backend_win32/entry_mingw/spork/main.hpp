#pragma once

/// \file
/// Runs spork::init before main, without a call in it. Include this in the one file that defines main.
///
/// The start code of mingw calls __main right before main, and main calls it again in its first line; the library's version
/// runs the static constructors. This one, which takes its place, does the same and then runs spork::init.

#include <spork/init.hpp>

#include <cstdlib>

extern "C" {
using SporkStaticFunction = void (*)();
extern SporkStaticFunction __CTOR_LIST__[];  // [0] is a marker, a null pointer ends it; run from the end
extern SporkStaticFunction __DTOR_LIST__[];
void __main();
}

namespace spork::detail {

inline void run_static_destructors() {
    for (SporkStaticFunction* next = __DTOR_LIST__ + 1; *next; ++next) {
        (*next)();
    }
}

inline void run_static_constructors() {
    SporkStaticFunction* last = __CTOR_LIST__;
    while (last[1]) {
        ++last;
    }
    for (; last != __CTOR_LIST__; --last) {
        (*last)();
    }
    std::atexit(run_static_destructors);
}

}  // namespace spork::detail

extern "C" void __main() {
    static bool entered = false;
    if (!entered) {
        entered = true;
        spork::detail::run_static_constructors();
        spork::init(__argc, __argv);
    }
}
