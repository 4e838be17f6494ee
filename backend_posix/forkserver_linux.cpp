/// \file
/// On Linux the server makes each child the direct child of the server's owner (CLONE_PARENT): the owner has the right
/// parent pid, waits for it, and gets its status from the kernel.

#include "forkserver.hpp"

#include "descriptor.hpp"
#include "error.hpp"
#include "waiting.hpp"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>

namespace spork::platform {

namespace {

/// What the C library keeps per thread about itself; a bare clone leaves it as the server's.
struct ThreadRecord {
    int* id_address = nullptr;
    void* robust_list = nullptr;
    std::size_t robust_size = 0;
};

ThreadRecord thread_record() noexcept {
    ThreadRecord record;
    // Needs a kernel with CONFIG_CHECKPOINT_RESTORE; without it robust mutexes would carry the server's thread id.
    if (::prctl(PR_GET_TID_ADDRESS, &record.id_address) < 0) {
        record.id_address = nullptr;
    }
    ::syscall(SYS_get_robust_list, 0, &record.robust_list, &record.robust_size);
    return record;
}

}  // namespace

Result<ServedFork> fork_for_owner() noexcept {
    static const ThreadRecord record = thread_record();
    int pidfd = -1;
    clone_args arguments{};
    arguments.flags = CLONE_PARENT | CLONE_PIDFD;
    arguments.pidfd = reinterpret_cast<std::uint64_t>(&pidfd);
    arguments.exit_signal = 0;  // required with CLONE_PARENT; the child gets the server's, which is SIGCHLD
    if (record.id_address) {
        arguments.flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
        arguments.child_tid = reinterpret_cast<std::uint64_t>(record.id_address);
    }
    const long child = ::syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child < 0) {
        return last_error();
    }
    if (child == 0) {
        if (record.robust_list) {
            ::syscall(SYS_set_robust_list, record.robust_list, record.robust_size);
        }
        return ServedFork{};
    }
    return ServedFork{child, Handle(pidfd), false};
}

void await_request(RawHandle requests) noexcept {
    // Asleep, not spinning as channel_receive does: the child that was just forked needs the processor.
    static_cast<void>(wait_until_ready(static_cast<int>(requests), POLLIN, Patience()));
}

// The owner of a pipe's end, whom it would signal, is kept with the open pipe that child and owner share. So the child's
// number is there for its parent to read even when nobody is left who could send it.
void sign_lifeline(const Handle& parent_alive) noexcept {
    ::fcntl(descriptor(parent_alive), F_SETOWN, ::getpid());
}

Result<std::optional<ChildHandles>> find_lost_child(ChildLines& lines) noexcept {
    lines.control.second.reset();  // from now on nobody but a child holds it
    bool gone = false;
    for (;;) {
        const int id = ::fcntl(descriptor(lines.parent_alive), F_GETOWN);
        if (id > 0) {
            ChildHandles child;
            child.id = id;
            child.sentinel = Handle(static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));
            if (!child.sentinel) {
                const auto error = last_error();
                discard_child(id);
                return error;
            }
            return std::optional<ChildHandles>(std::move(child));
        }
        if (gone) {
            return std::optional<ChildHandles>();
        }
        // Made and not yet signed: a matter of microseconds.
        const Patience soon{std::chrono::steady_clock::now() + std::chrono::milliseconds(1), no_handle};
        const auto error = wait_until_ready(descriptor(lines.control.first), POLLIN, soon);
        if (error && error != std::errc::timed_out) {
            return error;
        }
        gone = !error;
    }
}

bool keeps_lost_children() noexcept {
    return true;
}

void await_children() noexcept {}

}  // namespace spork::platform
