# cmake -DROOT=<project> -P check_style.cmake: holds the sources against the rules of the house.
#
#   - who may include whom (the table below, which is that of the architecture)
#   - no #if in core, demos and tests/api: what differs between systems is the backends' business
#   - no wall clock in the library: it can be set, and time limits would end early or late
#   - no file named utils: such a file has no subject
#   - every source file is in its folder's list: a forgotten one is code that nobody compiles
#
# Each violation is printed as file: what is wrong. The script fails when there is one.

cmake_minimum_required(VERSION 3.22)

# --- kinds of headers, as they stand between the quotes or brackets, brackets and quotes included -------------------

set(STANDARD "<[a-z_0-9]+>")                     # the C++ library: no slash, no .h
set(SYSTEM "<[A-Za-z_0-9/-]+\\.h>")              # an operating system's, or C's
set(PUBLIC "<spork/[a-z_0-9/]+\\.hpp>")
set(SEAM_VOCABULARY "<spork/(error|start_method)\\.hpp>")  # public words in which the seam is said
set(SEAM "\"platform/[a-z_0-9]+\\.hpp\"")
set(OWN "\"[a-z_0-9]+\\.(hpp|moc)\"")            # a file beside this one
set(SUPPORT "\"support/[a-z_0-9]+\\.hpp\"|<support/[a-z_0-9]+\\.hpp>")
set(PFR "<boost/pfr(/[a-z_0-9/]+)?\\.hpp>")
set(BOOST "<boost/[a-z_0-9/]+\\.(hpp|ipp)>")
set(ASIO "<boost/asio/[a-z_0-9/]+\\.hpp>")       # the sockets of the servers among the demos
set(CONTAINERS "<boost/(container/[a-z_]+|interprocess/offset_ptr)\\.hpp>")  # docs/adr/0009
set(CEREAL "<cereal/[a-z_0-9/]+\\.hpp>")
set(QT "<Q[A-Za-z]+>|<QtCore/[A-Za-z]+>|<QtTest/[A-Za-z]+>")
set(ANYTHING ".*")

# --- who may include whom: for each file the first row whose pattern its path matches --------------------------------

function(row path)
    set(headers "")
    foreach(kind ${ARGN})
        list(APPEND headers "${${kind}}")
    endforeach()
    list(JOIN headers "|" headers)
    set(paths ${paths} "${path}" PARENT_SCOPE)
    set(allowed ${allowed} "^(${headers})$" PARENT_SCOPE)
endfunction()

row("^core/include/spork/shared_containers" STANDARD PUBLIC CONTAINERS)
row("^core/include/"                STANDARD PUBLIC CEREAL PFR)
row("^core/platform/"               STANDARD SEAM SEAM_VOCABULARY)
row("^core/src/"                    STANDARD PUBLIC SEAM OWN BOOST CEREAL)
row("^core/qt/"                     STANDARD PUBLIC OWN QT)
row("^backend_[a-z0-9]+/entry_"     STANDARD PUBLIC SYSTEM)  # spork/main.hpp: public, one for each system and compiler
row("^backend_"                     STANDARD SEAM SEAM_VOCABULARY OWN SYSTEM BOOST)
row("^demos/side_by_side/"          ANYTHING)                # no demo: the program that runs them
row("^demos/"                       STANDARD PUBLIC OWN QT ASIO)
row("^tests/api/"                   STANDARD PUBLIC OWN SUPPORT QT)

# The runner may ask which Boost it has: no system is in question there.
set(NO_CONDITIONALS "^(core|demos|tests/api)/")
set(CONDITIONALS "^demos/side_by_side/")

# Clocks that somebody can set, and calls that wait for a point in their time.
string(JOIN "|" WALL_CLOCKS
    "system_clock" "high_resolution_clock" "utc_clock" "file_clock" "CLOCK_REALTIME" "gettimeofday" "[^a-z_]time\\("
    "timespec_get" "GetSystemTime" "GetLocalTime" "NtQuerySystemTime" "sem_timedwait" "mq_timed(send|receive)"
    "pthread_(cond_timedwait|mutex_timedlock|rwlock_timed..lock)" "microsec_clock")

# --------------------------------------------------------------------------------------------------------------------

set(violations 0)
function(violation file text)
    message("${file}: ${text}")
    math(EXPR count "${violations} + 1")
    set(violations ${count} PARENT_SCOPE)
endfunction()

function(check_include source header)
    foreach(path headers IN ZIP_LISTS paths allowed)
        if(source MATCHES "${path}")
            if(NOT header MATCHES "${headers}")
                violation("${source}" "may not include ${header}")
                set(violations ${violations} PARENT_SCOPE)
            endif()
            return()
        endif()
    endforeach()
endfunction()

foreach(folder core backend_posix backend_win32 demos tests/api)
    file(GLOB_RECURSE sources RELATIVE "${ROOT}" "${ROOT}/${folder}/*.hpp" "${ROOT}/${folder}/*.cpp")
    foreach(source ${sources})
        file(STRINGS "${ROOT}/${source}" directives REGEX "^[ \t]*#[ \t]*(include|if|elif|else)")
        foreach(directive ${directives})
            if(directive MATCHES "include[ \t]*([<\"][^>\"]+[>\"])")
                check_include("${source}" "${CMAKE_MATCH_1}")
            elseif(source MATCHES "${NO_CONDITIONALS}" AND NOT source MATCHES "${CONDITIONALS}")
                violation("${source}" "no ${directive} here; what differs between systems belongs behind core/platform")
            endif()
        endforeach()
    endforeach()
endforeach()

foreach(folder core backend_posix backend_win32)
    file(GLOB_RECURSE sources RELATIVE "${ROOT}" "${ROOT}/${folder}/*.hpp" "${ROOT}/${folder}/*.cpp")
    foreach(source ${sources})
        file(STRINGS "${ROOT}/${source}" lines REGEX "${WALL_CLOCKS}")
        foreach(line ${lines})
            string(REGEX REPLACE "//.*" "" code "${line}")
            if(code MATCHES "${WALL_CLOCKS}")
                violation("${source}" "a wall clock can be set, no time limit may depend on one: ${code}")
            endif()
        endforeach()
    endforeach()
endforeach()

file(GLOB_RECURSE everything RELATIVE "${ROOT}" "${ROOT}/core/*" "${ROOT}/backend_*/*" "${ROOT}/demos/*" "${ROOT}/tests/*")
foreach(file ${everything})
    if(file MATCHES "(^|[/_])utils?[._]")
        violation("${file}" "a file named utils has no subject")
    endif()
endforeach()

foreach(folder core/src:core backend_posix:backend_posix backend_win32:backend_win32)
    string(REPLACE ":" ";" pair ${folder})
    list(GET pair 0 folder)
    list(GET pair 1 owner)
    file(READ "${ROOT}/${owner}/sources.cmake" list)
    file(GLOB sources RELATIVE "${ROOT}/${folder}" "${ROOT}/${folder}/*.cpp")
    foreach(source ${sources})
        string(REGEX REPLACE "_(linux|darwin|windows|generic)\\.cpp$" "_" stem "${source}")
        string(FIND "${list}" "${stem}" found)
        if(found EQUAL -1)
            violation("${folder}/${source}" "not named in ${owner}/sources.cmake")
        endif()
    endforeach()
endforeach()

if(violations)
    message(FATAL_ERROR "${violations} violations of the rules of the house")
endif()
