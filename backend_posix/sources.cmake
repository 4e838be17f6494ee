# One list for every POSIX system; the variants of a part are chosen here and nowhere else.
if(SPORK_GENERIC)
    set(SPORK_POSIX_VARIANT generic)
else()
    set(SPORK_POSIX_VARIANT linux)
endif()

set(SPORK_BACKEND_SOURCES
    backend_posix/anonymous_memory_${SPORK_POSIX_VARIANT}.cpp
    backend_posix/channel_${SPORK_POSIX_VARIANT}.cpp
    backend_posix/child_process_${SPORK_POSIX_VARIANT}.cpp
    backend_posix/child_start.cpp
    backend_posix/debug.cpp
    backend_posix/debug_${SPORK_SYSTEM}.cpp
    backend_posix/descriptor_passing.cpp
    backend_posix/error.cpp
    backend_posix/exception_type.cpp
    backend_posix/exit_info.cpp
    backend_posix/file.cpp
    backend_posix/fork.cpp
    backend_posix/fork_process_${SPORK_POSIX_VARIANT}.cpp
    backend_posix/forkserver.cpp
    backend_posix/forkserver_${SPORK_POSIX_VARIANT}.cpp
    backend_posix/forkserver_launcher.cpp
    backend_posix/handle.cpp
    backend_posix/host.cpp
    backend_posix/host_${SPORK_SYSTEM}.cpp
    backend_posix/image_${SPORK_SYSTEM}.cpp
    backend_posix/launchers_${SPORK_SYSTEM}.cpp
    backend_posix/lifeline.cpp
    backend_posix/lifeline_${SPORK_POSIX_VARIANT}.cpp
    backend_posix/mapping.cpp
    backend_posix/memory_block.cpp
    backend_posix/memory_room_${SPORK_SYSTEM}.cpp
    backend_posix/name_keeper.cpp
    backend_posix/name_keeper_service.cpp
    backend_posix/named_memory_${SPORK_POSIX_VARIANT}.cpp
    backend_posix/payload_${SPORK_POSIX_VARIANT}.cpp
    backend_posix/posix_child.cpp
    backend_posix/process_tag.cpp
    backend_posix/process_tag_${SPORK_SYSTEM}.cpp
    backend_posix/signal_${SPORK_SYSTEM}.cpp
    backend_posix/spawn.cpp
    backend_posix/spawn_${SPORK_POSIX_VARIANT}.cpp
    backend_posix/spinner.cpp
    backend_posix/streams.cpp
    backend_posix/waiter.cpp
    backend_posix/word_sleep_${SPORK_SYSTEM}.cpp)

set(SPORK_BACKEND_LIBRARIES Threads::Threads ${CMAKE_DL_LIBS})
