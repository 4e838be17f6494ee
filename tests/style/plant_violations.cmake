# Shows that check_style.cmake sees what it is there for: in a copy of the sources that passes, one violation is planted
# at a time, and each must be found and named.

cmake_minimum_required(VERSION 3.22)

file(REMOVE_RECURSE "${WORK}")
file(COPY "${ROOT}/core" "${ROOT}/backend_posix" "${ROOT}/backend_win32" DESTINATION "${WORK}")
file(MAKE_DIRECTORY "${WORK}/demos" "${WORK}/tests/api")

function(check_style result_variable output_variable)
    execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${WORK} -P ${CMAKE_CURRENT_LIST_DIR}/check_style.cmake
                    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
    set(${result_variable} ${result} PARENT_SCOPE)
    set(${output_variable} "${output}" PARENT_SCOPE)
endfunction()

check_style(result output)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "the copy must pass before anything is planted:\n${output}")
endif()

# plant(<file> <line>): the check must fail and name the file.
function(plant file line)
    file(WRITE "${WORK}/${file}" "#pragma once\n${line}\n")
    check_style(result output)
    file(REMOVE "${WORK}/${file}")
    if(result EQUAL 0 OR NOT output MATCHES "${file}: ")
        message(SEND_ERROR "not seen: ${line} in ${file}\n${output}")
    endif()
endfunction()

# The files are headers, because a planted .cpp would be found as one that is in no list.
plant(core/include/spork/planted.hpp "#include <windows.h>")
plant(core/include/spork/planted.hpp "#include <QString>")
plant(core/include/spork/planted.hpp "#include <boost/interprocess/sync/interprocess_mutex.hpp>")
plant(core/include/spork/planted.hpp "#include \"platform/handle.hpp\"")
plant(core/include/spork/planted.hpp "  #  ifdef _WIN32")
plant(core/platform/planted.hpp "#include <spork/process.hpp>")
plant(core/platform/planted.hpp "#include <unistd.h>")
plant(core/src/planted.hpp "#include <sys/wait.h>")
plant(core/src/planted.hpp "#include <QtCore/QString>")
plant(core/src/planted.hpp "#if defined(__linux__)")
plant(core/qt/planted.hpp "#include \"platform/handle.hpp\"")
plant(backend_posix/planted.hpp "#include \"../core/src/planted.hpp\"")
plant(backend_posix/planted.hpp "#include <spork/process.hpp>")
plant(backend_posix/planted.hpp "#include \"backend_win32/lean_windows.hpp\"")
plant(backend_win32/planted.hpp "#include <QProcess>")
plant(demos/planted/planted.hpp "#include <unistd.h>")
plant(demos/planted/planted.hpp "#ifdef _WIN32")
plant(tests/api/planted.hpp "#include \"platform/launcher.hpp\"")
plant(tests/api/planted.hpp "#elif 1")
plant(core/src/planted.hpp "const auto now = std::chrono::system_clock::now()")
plant(backend_posix/planted.hpp "    ::clock_gettime(CLOCK_REALTIME, &now)")
plant(backend_posix/planted.hpp "    const auto now = std::time(nullptr)")
plant(backend_win32/planted.hpp "    GetSystemTimePreciseAsFileTime(&now)")
plant(core/src/string_utils.hpp "")
plant(core/src/utils.hpp "")
plant(core/src/planted.cpp "")
plant(backend_win32/planted.cpp "")
