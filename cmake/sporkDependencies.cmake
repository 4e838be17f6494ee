# Finds what spork's headers include: Boost (headers only; 1.75 brought Boost.PFR), cereal and the thread library.
# Shared by spork's own build and by the installed package. As this is a macro, the targets land with the caller.
#
# A cross toolchain may set SPORK_HOST_HEADERS to the machine's own include folder, whose Boost and cereal are as good
# for the target because they are only headers. That folder itself must not be searched, since it also holds the host's
# C library; so links to just the two are made in the build tree.

macro(spork_find_dependencies)
    if(SPORK_HOST_HEADERS)
        set(spork_headers "${CMAKE_BINARY_DIR}/host-headers")
        file(MAKE_DIRECTORY "${spork_headers}")
        foreach(library boost cereal)
            if(NOT EXISTS "${SPORK_HOST_HEADERS}/${library}")
                message(FATAL_ERROR "spork needs ${SPORK_HOST_HEADERS}/${library} to build for another system. "
                                    "Install it (Debian 12: libboost1.81-dev, libcereal-dev).")
            endif()
            file(CREATE_LINK "${SPORK_HOST_HEADERS}/${library}" "${spork_headers}/${library}" SYMBOLIC)
        endforeach()
        foreach(target Boost::headers cereal::cereal)
            if(NOT TARGET ${target})
                add_library(${target} INTERFACE IMPORTED)
                target_include_directories(${target} INTERFACE "${spork_headers}")
            endif()
        endforeach()
        set(Boost_FOUND TRUE)
        set(cereal_FOUND TRUE)
    else()
        find_package(Boost 1.75 ${ARGN})
        find_package(cereal ${ARGN})
    endif()
    set(THREADS_PREFER_PTHREAD_FLAG ON)
    find_package(Threads ${ARGN})
endmacro()
