#include "survivors.hpp"

#include "support/signals.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

namespace stress {

struct Survivors::State {
    std::vector<std::int64_t> before = support::child_pids();

    std::vector<std::int64_t> orphans() const {
        std::vector<std::int64_t> pids = support::child_pids();
        std::erase_if(
            pids, [this](std::int64_t pid) { return std::find(before.begin(), before.end(), pid) != before.end(); });
        return pids;
    }
};

namespace {

std::string command_line(std::int64_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline");
    std::string text{std::istreambuf_iterator<char>(file), {}};
    std::replace(text.begin(), text.end(), '\0', ' ');
    return "[" + std::to_string(pid) + "] " + text + "\n";
}

}  // namespace

Survivors::Survivors() : state_(std::make_unique<State>()) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

Survivors::~Survivors() {
    prctl(PR_SET_CHILD_SUBREAPER, 0);
}

std::string Survivors::wait_until_gone(std::chrono::seconds limit) const {
    const auto end = std::chrono::steady_clock::now() + limit;
    std::vector<std::int64_t> left = state_->orphans();
    while (!left.empty() && std::chrono::steady_clock::now() < end) {
        for (const std::int64_t pid : left) {
            waitpid(static_cast<pid_t>(pid), nullptr, WNOHANG);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        left = state_->orphans();
    }
    std::string text;
    for (const std::int64_t pid : left) {
        text += command_line(pid);
    }
    return text;
}

}  // namespace stress
