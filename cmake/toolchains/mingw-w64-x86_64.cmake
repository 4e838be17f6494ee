# Windows x86_64 from Linux: Debian's g++-mingw-w64-x86-64-posix (POSIX threads: the other flavour has no std::thread),
# the Qt that build-qt6-mingw made, and Wine to run what comes out.
include(${CMAKE_CURRENT_LIST_DIR}/cache.cmake)

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
set(CMAKE_CROSSCOMPILING_EMULATOR ${CMAKE_CURRENT_LIST_DIR}/wine-run)

set(SPORK_HOST_HEADERS /usr/include)
set(qt "${SPORK_CACHE}/qt6-mingw")
list(APPEND CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32 "${qt}")
list(APPEND CMAKE_PREFIX_PATH "${qt}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# moc and its kin run here: they are those of the machine's own Qt.
set(QT_HOST_PATH /usr CACHE PATH "Qt of this machine, for its tools")
file(GLOB qt_host_packages /usr/lib/*/cmake/Qt6HostInfo /usr/lib/cmake/Qt6HostInfo)
if(qt_host_packages)
    list(GET qt_host_packages 0 qt_host_packages)
    get_filename_component(qt_host_packages "${qt_host_packages}" DIRECTORY)
    set(QT_HOST_PATH_CMAKE_DIR "${qt_host_packages}" CACHE PATH "Package files of this machine's Qt")
endif()
