#include "exit_info.hpp"

#include <sys/wait.h>

namespace spork::platform {

ExitInfo exit_info_of(int wait_status) noexcept {
    ExitInfo info;
    info.raw = static_cast<std::uint32_t>(wait_status);
    if (WIFSIGNALED(wait_status)) {
        info.signal = WTERMSIG(wait_status);
        info.code = -info.signal;
        info.core_dumped = WCOREDUMP(wait_status);
    } else {
        info.code = WEXITSTATUS(wait_status);
    }
    return info;
}

ExitInfo unknown_exit() noexcept {
    ExitInfo info;
    info.code = 255;
    info.known = false;
    return info;
}

}  // namespace spork::platform
