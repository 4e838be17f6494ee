# What a user or a preset may choose. As a subproject spork builds the library and nothing else.

string(COMPARE EQUAL "${CMAKE_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}" SPORK_IS_TOP_LEVEL)

option(BUILD_SHARED_LIBS "Build spork as shared libraries" OFF)
option(SPORK_INSTALL "Install the library and its package files" ${SPORK_IS_TOP_LEVEL})
option(SPORK_BUILD_TESTS "Build the tests" ${SPORK_IS_TOP_LEVEL})
option(SPORK_BUILD_DEMOS "Build the demos and the program that shows them side by side" ${SPORK_IS_TOP_LEVEL})
option(SPORK_WERROR "Treat warnings in spork's own code as errors (for its developers)" OFF)
set(SPORK_SANITIZE "" CACHE STRING "Sanitizers for everything that is built here: address,undefined or thread")

# SPORK_WITH_QT is an option of dependencies.cmake: its default depends on what is found there.
# SPORK_GENERIC is an option of platform.cmake: its default depends on the system.
