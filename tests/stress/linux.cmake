# What only Linux has, or only there can be seen.

list(APPEND sources arena_instants.cpp every_instant.cpp host_program.cpp instant_test.cpp kill_server.cpp large_arrays.cpp memory_names.cpp
                    queue_instants.cpp terminal.cpp)
set(survivors survivors_linux.cpp)
list(APPEND libraries util)  # forkpty, part of the C library from glibc 2.34 on
