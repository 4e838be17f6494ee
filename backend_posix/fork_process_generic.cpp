#include "fork_process.hpp"

#include "error.hpp"
#include "posix_child.hpp"

#include "platform/file.hpp"

#include <unistd.h>

namespace spork::platform {

Result<Forked> fork_process() noexcept {
    auto ended = make_byte_pipe();
    if (!ended) {
        return ended.error();
    }
    const pid_t child = ::fork();
    if (child < 0) {
        return last_error();
    }
    if (child == 0) {
        keep_until_end(std::move(ended->writer));
        return Forked{};
    }
    return Forked{child, std::move(ended->reader)};
}

}  // namespace spork::platform
