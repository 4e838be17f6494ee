#include "debug_wait.hpp"

#include "platform/debug.hpp"
#include "platform/host.hpp"

namespace spork::detail {

namespace {

constexpr const char* variable = "SPORK_DEBUG_WAIT";

/// As in the names that processes get by default: Process-2:1.
std::string number_of(const std::vector<unsigned>& identity) {
    std::string text;
    for (const unsigned number : identity) {
        text += (text.empty() ? "" : ":") + std::to_string(number);
    }
    return text;
}

}  // namespace

void wait_for_debugger_if_asked(const std::string& name, const std::vector<unsigned>& identity) {
    const std::string wanted = platform::environment_variable(variable);
    if (wanted.empty() || (wanted != name && wanted != number_of(identity))) {
        return;
    }
    platform::write_stderr("spork: " + name + " waits, as " + variable + "=" + wanted +
                           " says; attach a debugger and let it continue: " + platform::debugger_command() + "\n");
    platform::wait_for_debugger();
}

}  // namespace spork::detail
