/// \file
/// The kernel itself kills the child: the pipe is asked to report its end by signal, and the signal is SIGKILL. No thread
/// is needed, and a child that is stopped or blocks every signal is reached too.

#include "descriptor.hpp"
#include "error.hpp"
#include "lifeline.hpp"
#include "waiting.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

namespace spork::platform {

std::error_code die_with(const Handle& child_end) noexcept {
    const int line = descriptor(child_end);
    // The line has no other flags that could be changed.
    if (::fcntl(line, F_SETOWN, ::getpid()) < 0 || ::fcntl(line, F_SETSIG, SIGKILL) < 0 ||
        ::fcntl(line, F_SETFL, O_ASYNC) < 0) {
        return last_error();
    }
    pollfd now{line, POLLIN, 0};
    if (::poll(&now, 1, 0) > 0) {
        ::kill(::getpid(), SIGKILL);  // the parent ended before the line was armed
    }
    return {};
}

unsigned lifeline_threads() noexcept {
    return 0;
}

}  // namespace spork::platform
