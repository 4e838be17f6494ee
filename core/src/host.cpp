#include <spork/host.hpp>

#include "platform/host.hpp"

#include <cstdio>
#include <string>

namespace spork {

unsigned cpu_count() noexcept {
    return platform::cpu_count();
}

unsigned usable_cpu_count() noexcept {
    return platform::usable_cpu_count();
}

void print(std::string_view line) {
    std::string text(line);
    text += '\n';
    std::fflush(stdout);
    platform::write_stdout(text);
}

}  // namespace spork
