#include "support/system.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace support {

namespace {

// Asked one by one: reading /dev/fd would open another one, and a child without /proc has none to read.
template <class Visit>
void for_each_descriptor(Visit visit) {
    const auto end = static_cast<int>(sysconf(_SC_OPEN_MAX) < 4096 ? sysconf(_SC_OPEN_MAX) : 4096);
    for (int descriptor = 0; descriptor < end; ++descriptor) {
        if (fcntl(descriptor, F_GETFD) != -1) {
            visit(descriptor);
        }
    }
}

}  // namespace

std::size_t open_handles() {
    std::size_t count = 0;
    for_each_descriptor([&count](int) { ++count; });
    return count;
}

std::size_t pooled_handles() {
    return 0;
}

std::string describe_handles() {
    std::string text;
    for_each_descriptor([&text](int descriptor) {
        std::array<char, 256> target;
        const std::string link = "/dev/fd/" + std::to_string(descriptor);
        const ssize_t size = readlink(link.c_str(), target.data(), target.size());
        text += std::to_string(descriptor) + "=" +
                std::string(target.data(), static_cast<std::size_t>(size < 0 ? 0 : size)) + " ";
    });
    return text;
}

std::set<std::string> named_segments() {
    std::set<std::string> names;
    std::error_code error;  // no such folder: this system does not list them
    for (const auto& entry : std::filesystem::directory_iterator("/dev/shm", error)) {
        names.insert(entry.path().filename().string());
    }
    return names;
}

std::size_t unreaped_children() {
    siginfo_t info{};
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0 ? 1 : 0;
}

bool process_exists(std::int64_t pid) {
    return kill(static_cast<pid_t>(pid), 0) == 0;
}

int niceness() {
    return getpriority(PRIO_PROCESS, 0);
}

bool appends_in_one_step() {
    return true;
}

bool handles_wait_in_the_parent() {
    return false;
}

bool is_open_socket(spork::native_handle_type socket) {
    int type = 0;
    socklen_t size = sizeof type;
    return getsockopt(static_cast<int>(socket), SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

void close_standard_handle(int number) {
    close(number);
}

void kill_this_process() {
    kill(getpid(), SIGKILL);
    std::abort();
}

}  // namespace support
