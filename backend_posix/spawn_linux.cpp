/// \file
/// Program start by a child that shares this process's memory until it executes (vfork), so that nothing is copied.

#include "descriptor.hpp"
#include "error.hpp"
#include "spawn.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <dirent.h>

// The C library's other name of clone. The thread sanitizer replaces the usual one by its own, which takes every child to
// have a copy of its parent's memory, and breaks off when it has not.
extern "C" int __clone(int (*function)(void*), void* stack, int flags, void* argument, ...);

namespace spork::platform {

namespace {

/// Everything that the child needs, made before it exists: it may not allocate or lock.
struct ExecPlan {
    const char* path = nullptr;
    char* const* arguments = nullptr;
    char* const* environment = nullptr;
    const ChildSetup* setup = nullptr;
    int control = -1;
    int parent_alive = -1;
    int highest_descriptor = -1;  ///< only where close_range is missing
    int error = 0;                ///< the child's answer
};

void set_close_on_exec_from(int first, int last) noexcept {
    constexpr unsigned set_close_on_exec = 4;  // CLOSE_RANGE_CLOEXEC, Linux 5.11
    if (::syscall(SYS_close_range, first, ~0u, set_close_on_exec) == 0) {
        return;
    }
    for (int number = first; number <= last; ++number) {
        ::fcntl(number, F_SETFD, FD_CLOEXEC);
    }
}

/// The parent's handlers must not run here, on memory that the parent still uses.
void reset_signal_handlers() noexcept {
    for (int number = 1; number < NSIG; ++number) {
        struct sigaction action {};
        if (::sigaction(number, nullptr, &action) == 0 && action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) {
            action = {};
            action.sa_handler = SIG_DFL;
            ::sigaction(number, &action, nullptr);
        }
    }
}

/// Runs between clone and exec, on the parent's memory: system calls only.
__attribute__((no_sanitize("address", "thread", "undefined"))) int run_child(void* argument) noexcept {
    auto& plan = *static_cast<ExecPlan*>(argument);
    reset_signal_handlers();
    plan.error = apply_setup(plan.setup->streams, plan.setup->directory, plan.setup->own_group);
    if (plan.error != 0) {
        ::_exit(127);
    }
    set_close_on_exec_from(3, plan.highest_descriptor);
    if (::fcntl(plan.control, F_SETFD, 0) < 0 || ::fcntl(plan.parent_alive, F_SETFD, 0) < 0) {
        plan.error = errno;
        ::_exit(127);
    }
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execve(plan.path, plan.arguments, plan.environment);
    plan.error = errno;
    ::_exit(127);
}

/// The highest open descriptor, for systems without close_range.
int highest_descriptor() noexcept {
    int highest = 2;
    if (DIR* directory = ::opendir("/proc/self/fd")) {
        while (const dirent* entry = ::readdir(directory)) {
            const int number = std::atoi(entry->d_name);
            highest = number > highest ? number : highest;
        }
        ::closedir(directory);
    }
    return highest;
}

bool has_close_range() noexcept {
    static const bool present = ::syscall(SYS_close_range, ~0u, ~0u, 0) == 0;
    return present;
}

/// Signals stay blocked across the start: a handler would run on our stack in the child.
class SignalBlock {
public:
    SignalBlock() noexcept {
        sigset_t all;
        sigfillset(&all);
        ::pthread_sigmask(SIG_BLOCK, &all, &previous_);
    }
    ~SignalBlock() { ::pthread_sigmask(SIG_SETMASK, &previous_, nullptr); }
    SignalBlock(const SignalBlock&) = delete;
    SignalBlock& operator=(const SignalBlock&) = delete;

private:
    sigset_t previous_;
};

}  // namespace

std::string running_program() {
    return "/proc/self/exe";  // the running image itself, even when its file was replaced or removed
}

Result<Spawned> spawn_program(const SpawnRequest& request) noexcept {
    try {
        std::string path = program_path(*request.plan);
        std::string word = std::string(request.word) + std::to_string(request.control) + "," +
                           std::to_string(request.parent_alive) + ",-1," +
                           (request.plan->survive_parent ? "1" : "0");
        const auto arguments = command_line(*request.plan, word, path);
        const auto environment = environment_block(*request.plan);
        ExecPlan plan;
        plan.path = path.c_str();
        plan.arguments = arguments.data();
        plan.environment = environment.data();
        plan.setup = request.setup;
        plan.control = request.control;
        plan.parent_alive = request.parent_alive;
        plan.highest_descriptor = has_close_range() ? -1 : highest_descriptor();

        // Enough for exec's own frames; the child runs nothing else on it.
        constexpr std::size_t stack_size = 32 * 1024;
        alignas(16) std::byte stack[stack_size];
        int pidfd = -1;
        pid_t child;
        int clone_error;
        {
            const SignalBlock block;
            child = ::__clone(run_child, stack + stack_size, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &plan, &pidfd);
            clone_error = errno;
        }
        if (child < 0) {
            return error_of(clone_error);
        }
        Handle sentinel(pidfd);
        if (plan.error != 0) {
            siginfo_t info{};
            ::waitid(static_cast<idtype_t>(3), static_cast<id_t>(pidfd), &info, WEXITED);
            return error_of(plan.error);
        }
        auto placed = above_standard_streams(std::move(sentinel));
        if (!placed) {
            discard_child(child);
            return placed.error();
        }
        return Spawned{child, std::move(*placed)};
    } catch (const std::bad_alloc&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

}  // namespace spork::platform
