# What Windows needs of the platform layer; paths are relative to the project's root.
set(SPORK_BACKEND_SOURCES
    backend_win32/bulk.cpp
    backend_win32/channel.cpp
    backend_win32/channel_pair.cpp
    backend_win32/child_process.cpp
    backend_win32/child_start.cpp
    backend_win32/child_word.cpp
    backend_win32/command_line.cpp
    backend_win32/debug.cpp
    backend_win32/environment.cpp
    backend_win32/error.cpp
    backend_win32/exception_type.cpp
    backend_win32/exit_status.cpp
    backend_win32/fatal_exit.cpp
    backend_win32/file.cpp
    backend_win32/handle.cpp
    backend_win32/handle_taking.cpp
    backend_win32/handle_transfer.cpp
    backend_win32/host.cpp
    backend_win32/image.cpp
    backend_win32/job.cpp
    backend_win32/kept_handles.cpp
    backend_win32/launcher.cpp
    backend_win32/overlapped.cpp
    backend_win32/parent_watch.cpp
    backend_win32/pipe_probe.cpp
    backend_win32/private_pipe.cpp
    backend_win32/process_identity.cpp
    backend_win32/signal.cpp
    backend_win32/socket_handle.cpp
    backend_win32/socket_offer.cpp
    backend_win32/socket_poll.cpp
    backend_win32/start_info.cpp
    backend_win32/text.cpp
    backend_win32/waiter.cpp)

set(SPORK_BACKEND_LIBRARIES ws2_32 advapi32 ntdll)
