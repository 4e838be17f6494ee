#include <spork/exit_status.hpp>

#include "signal_name.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace spork {

namespace {

/// The signals that end processes, with the numbers that Linux gives them and spork uses on every system.
constexpr std::array<std::pair<int, std::string_view>, 14> signal_names{{{1, "SIGHUP"},
                                                                         {2, "SIGINT"},
                                                                         {3, "SIGQUIT"},
                                                                         {4, "SIGILL"},
                                                                         {5, "SIGTRAP"},
                                                                         {6, "SIGABRT"},
                                                                         {8, "SIGFPE"},
                                                                         {9, "SIGKILL"},
                                                                         {11, "SIGSEGV"},
                                                                         {13, "SIGPIPE"},
                                                                         {14, "SIGALRM"},
                                                                         {15, "SIGTERM"},
                                                                         {24, "SIGXCPU"},
                                                                         {25, "SIGXFSZ"}}};

}  // namespace

namespace detail {

std::string signal_suffix(int signal) {
    for (const auto& [number, name] : signal_names) {
        if (number == signal) {
            return " (" + std::string(name) + ")";
        }
    }
    return {};
}

}  // namespace detail

std::string to_string(const ExitStatus& status) {
    if (!status.known) {
        return "unknown exit status";
    }
    if (status.signal == 0) {
        return "exit code " + std::to_string(status.code);
    }
    return "signal " + std::to_string(status.signal) + detail::signal_suffix(status.signal) +
           (status.core_dumped ? ", core dumped" : "");
}

}  // namespace spork
