/// \file
/// Facts that every POSIX system gives the same way.

#include "platform/host.hpp"

#include "host_facts.hpp"

#include <sys/types.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

extern char** environ;

namespace spork::platform {

namespace {

void write_all_once(int descriptor, std::string_view text) noexcept {
    while (!text.empty()) {
        const ssize_t size = ::write(descriptor, text.data(), text.size());
        if (size < 0 && errno != EINTR) {
            return;
        }
        text.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : 0);
    }
}

}  // namespace

ProcessId process_id() noexcept {
    return ::getpid();
}

unsigned cpu_count() noexcept {
    const long count = ::sysconf(_SC_NPROCESSORS_CONF);
    return count < 1 ? 1 : static_cast<unsigned>(count);
}

unsigned usable_cpu_count() noexcept {
    return std::max(1u, std::min(cpus_of_this_process(), quota_in_cpus()));
}

std::vector<std::string> environment() {
    std::vector<std::string> entries;
    for (char** entry = environ; entry && *entry; ++entry) {
        entries.emplace_back(*entry);
    }
    return entries;
}

void replace_environment(std::span<const std::string> entries) {
    std::vector<std::string> names;
    for (const std::string& entry : environment()) {
        names.push_back(entry.substr(0, entry.find('=')));
    }
    for (const std::string& name : names) {
        ::unsetenv(name.c_str());
    }
    for (const std::string& entry : entries) {
        const auto equals = entry.find('=');
        if (equals != std::string::npos && equals != 0) {
            ::setenv(entry.substr(0, equals).c_str(), entry.c_str() + equals + 1, 1);
        }
    }
}

std::string environment_variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

void write_stdout(std::string_view text) noexcept {
    write_all_once(STDOUT_FILENO, text);
}

void write_stderr(std::string_view text) noexcept {
    write_all_once(STDERR_FILENO, text);
}

void flush_streams() noexcept {
    std::fflush(nullptr);
}

void relax_processor() noexcept {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
    __asm__ __volatile__("yield");
#endif
}

void ignore_interrupts() noexcept {
    struct sigaction action = {};
    action.sa_handler = [](int) {};  // not SIG_IGN, which started programs would inherit
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, nullptr);
}

void exit_now(int code) noexcept {
    ::_exit(code);
}

}  // namespace spork::platform
