#include "fork_process.hpp"

#include "error.hpp"

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
        ended->writer.release();  // stays open until this process ends
        return Forked{};
    }
    return Forked{child, std::move(ended->reader)};
}

}  // namespace spork::platform
