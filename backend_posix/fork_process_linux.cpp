#include "fork_process.hpp"

#include "descriptor.hpp"
#include "error.hpp"
#include "posix_child.hpp"

#include <sys/syscall.h>
#include <unistd.h>

namespace spork::platform {

Result<Forked> fork_process() noexcept {
    const pid_t child = ::fork();
    if (child <= 0) {
        return child < 0 ? Result<Forked>(last_error()) : Result<Forked>(Forked{});
    }
    Handle sentinel(::syscall(SYS_pidfd_open, child, 0));  // closed on exec by itself
    auto placed = sentinel ? above_standard_streams(std::move(sentinel)) : Result<Handle>(last_error());
    if (!placed) {
        discard_child(child);
        return placed.error();
    }
    return Forked{child, std::move(*placed)};
}

}  // namespace spork::platform
