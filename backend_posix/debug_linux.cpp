#include "platform/debug.hpp"

#include <sys/prctl.h>
#include <unistd.h>

namespace spork::platform {

void show_name(const std::string& name) noexcept {
    ::prctl(PR_SET_NAME, name.c_str());
}

std::string debugger_command() {
    return "gdb -p " + std::to_string(::getpid());
}

}  // namespace spork::platform
