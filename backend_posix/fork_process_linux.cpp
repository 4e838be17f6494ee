#include "fork_process.hpp"

#include "error.hpp"

#include <sys/syscall.h>
#include <unistd.h>

namespace spork::platform {

Result<Forked> fork_process() noexcept {
    const pid_t child = ::fork();
    if (child <= 0) {
        return child < 0 ? Result<Forked>(last_error()) : Result<Forked>(Forked{});
    }
    Handle sentinel(::syscall(SYS_pidfd_open, child, 0));  // closed on exec by itself
    if (!sentinel) {
        return last_error();  // the child ends with its lifeline
    }
    return Forked{child, std::move(sentinel)};
}

}  // namespace spork::platform
