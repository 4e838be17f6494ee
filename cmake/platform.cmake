# The only CMake file that compares the system's name. Everything else asks what is set here:
#
#   SPORK_SYSTEM   linux, darwin or windows; picks backend files by name: clock_${SPORK_SYSTEM}.cpp
#   SPORK_BACKEND  folder of the one backend that is built
#   SPORK_ENTRY    folder of the spork/main.hpp that fits system and compiler
#   SPORK_GENERIC  whether the x_generic.cpp variants are built where Linux has a better x_linux.cpp of its own.
#                  macOS has no choice; on Linux this runs here, under test, most of what macOS will run.

set(generic_default OFF)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    set(SPORK_SYSTEM linux)
    set(SPORK_BACKEND backend_posix)
    set(SPORK_ENTRY backend_posix/entry_linux)
elseif(CMAKE_SYSTEM_NAME STREQUAL "Darwin")
    set(SPORK_SYSTEM darwin)
    set(SPORK_BACKEND backend_posix)
    set(SPORK_ENTRY backend_posix/entry_darwin)
    set(generic_default ON)
elseif(CMAKE_SYSTEM_NAME STREQUAL "Windows")
    set(SPORK_SYSTEM windows)
    set(SPORK_BACKEND backend_win32)
    if(MSVC)
        set(SPORK_ENTRY backend_win32/entry_msvc)
    else()
        set(SPORK_ENTRY backend_win32/entry_mingw)
    endif()
else()
    message(FATAL_ERROR "spork has no backend for ${CMAKE_SYSTEM_NAME}; it knows Linux, macOS (Darwin) and Windows.")
endif()

option(SPORK_GENERIC "Build the portable variants of the backend, which macOS uses" ${generic_default})
unset(generic_default)
