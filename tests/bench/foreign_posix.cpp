#include "foreign.hpp"

#include <sys/wait.h>

#include <cstdio>
#include <stdexcept>

namespace bench {

namespace {

/// The shell's exit code for a program that is not there.
constexpr int not_found = 127;

Samples samples_of(const std::string& command) {
    std::FILE* const output = ::popen(command.c_str(), "r");
    if (!output) {
        throw std::runtime_error("cannot run " + command);
    }
    Samples samples;
    double seconds;
    while (std::fscanf(output, "%lf", &seconds) == 1) {
        samples.push_back(seconds);
    }
    const int status = ::pclose(output);
    if (WIFEXITED(status) && WEXITSTATUS(status) == not_found) {
        return {};
    }
    if (status != 0 || samples.empty()) {
        throw std::runtime_error("a peer failed: " + command);
    }
    return samples;
}

}  // namespace

Samples cpython(const std::string& job, const std::string& way, int times) {
    return samples_of("command -v python3 > /dev/null || exit 127; exec python3 \"" SPORK_BENCH_CPYTHON_PEERS "\" " +
                      job + " " + way + " " + std::to_string(times));
}

Samples qt(const std::string& job, const std::string& way, int times) {
    return samples_of("test -x \"" SPORK_BENCH_QT_PEERS "\" || exit 127; exec \"" SPORK_BENCH_QT_PEERS "\" " + job +
                      " \"" + way + "\" " + std::to_string(times));
}

}  // namespace bench
