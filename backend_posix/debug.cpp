#include "platform/debug.hpp"

#include <signal.h>

namespace spork::platform {

void wait_for_debugger() noexcept {
    ::raise(SIGSTOP);
}

}  // namespace spork::platform
