/// \file
/// Memory as /proc tells it.

#include "kernel.hpp"

#include "job.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

extern char** environ;

namespace bench::kernel {

namespace {

/// The sum of the lines "<name>: <number> kB" of a file whose names begin with `prefix`.
std::optional<std::uint64_t> sum_of(const std::string& file, const std::string& prefix) {
    std::ifstream lines(file);
    std::optional<std::uint64_t> sum;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(prefix)) {
            sum = sum.value_or(0) + std::stoull(line.substr(line.find(':') + 1)) * 1024;
        }
    }
    return sum;
}

}  // namespace

std::optional<std::uint64_t> free_memory() {
    return sum_of("/proc/meminfo", "MemAvailable:");
}

std::optional<std::uint64_t> private_memory(std::int64_t process) {
    return sum_of("/proc/" + std::to_string(process) + "/smaps_rollup", "Private_");
}

std::optional<std::uint64_t> private_memory_of_empty(const std::string& program) {
    int input[2];
    int output[2];
    if (::pipe2(input, O_CLOEXEC) < 0 || ::pipe2(output, O_CLOEXEC) < 0) {
        return std::nullopt;
    }
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    std::string word(wait_word);
    char* arguments[] = {const_cast<char*>(program.c_str()), word.data(), nullptr};
    pid_t child;
    const int error = ::posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(input[0]);
    ::close(output[1]);
    std::optional<std::uint64_t> memory;
    if (error == 0) {
        char ready;
        if (::read(output[0], &ready, 1) == 1) {
            memory = private_memory(child);
        }
    }
    ::close(input[1]);
    ::close(output[0]);
    if (error == 0) {
        ::waitpid(child, nullptr, 0);
    }
    return memory;
}

}  // namespace bench::kernel
