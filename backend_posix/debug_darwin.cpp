#include "platform/debug.hpp"

#include <pthread.h>
#include <unistd.h>

namespace spork::platform {

void show_name(const std::string& name) noexcept {
    ::pthread_setname_np(name.c_str());
}

std::string debugger_command() {
    return "lldb -p " + std::to_string(::getpid());
}

}  // namespace spork::platform
