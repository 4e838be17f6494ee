/// \file
/// On Linux the server makes each child the direct child of the server's owner (CLONE_PARENT): the owner has the right
/// parent pid, waits for it, and gets its status from the kernel.

#include "forkserver.hpp"

#include "error.hpp"
#include "waiting.hpp"

#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

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

}  // namespace spork::platform
