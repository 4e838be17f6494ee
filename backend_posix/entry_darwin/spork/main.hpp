#pragma once

/// \file
/// Runs spork::init before main, without a call in it. Include this in the one file that defines main.
///
/// dyld runs static initialisers in link order and passes them the command line. In a child this one runs those of the
/// executable that come after it, so that the target finds every static object made, and then spork::init, which does not
/// return.

#include <spork/init.hpp>

#include <mach-o/getsect.h>
#include <mach-o/ldsyms.h>

#include <cstdint>
#include <cstring>

namespace spork::detail {

using StaticInitialiser = void (*)(int, char**, char**, char**);

void init_before_main(int argc, char** argv, char** environment, char** apple);

/// The executable's initialisers that follow init_before_main, from both tables that linkers write.
inline void run_later_initialisers(int argc, char** argv, char** environment, char** apple) {
    bool later = false;
    const auto visit = [&](StaticInitialiser initialiser) {
        if (later) {
            initialiser(argc, argv, environment, apple);
        }
        later = later || initialiser == init_before_main;
    };
    unsigned long size = 0;
    for (const char* segment : {"__DATA", "__DATA_CONST"}) {
        const auto* table = reinterpret_cast<const StaticInitialiser*>(
            ::getsectiondata(&_mh_execute_header, segment, "__mod_init_func", &size));
        for (unsigned long i = 0; table && i < size / sizeof *table; ++i) {
            visit(table[i]);
        }
    }
    const auto* offsets = reinterpret_cast<const std::uint32_t*>(
        ::getsectiondata(&_mh_execute_header, "__TEXT", "__init_offsets", &size));
    for (unsigned long i = 0; offsets && i < size / sizeof *offsets; ++i) {
        visit(reinterpret_cast<StaticInitialiser>(reinterpret_cast<std::uintptr_t>(&_mh_execute_header) + offsets[i]));
    }
}

__attribute__((constructor)) inline void init_before_main(int argc, char** argv, char** environment, char** apple) {
    if (argc > 1 && std::strncmp(argv[1], "--spork-", 8) == 0) {
        run_later_initialisers(argc, argv, environment, apple);
    }
    init(argc, argv);
}

}  // namespace spork::detail
