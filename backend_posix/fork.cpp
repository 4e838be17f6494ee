/// \file
/// StartMethod::fork.

#include "launchers.hpp"
#include "name_keeper.hpp"

#include "error.hpp"
#include "fork_process.hpp"
#include "posix_child.hpp"
#include "streams.hpp"

#include "platform/host.hpp"

#include <signal.h>
#include <unistd.h>

#include <string>

namespace spork::platform {

namespace {

[[noreturn]] void give_up(const std::string& step, std::error_code error) noexcept {
    write_stderr("spork: a forked child cannot " + step + ": " + error.message() + "\n");
    exit_now(127);
}

/// The child's side. Everything here may allocate: fork leaves the C library usable.
[[noreturn]] void run_child(const LaunchPlan& plan, ChildSetup setup, ChildLines lines) noexcept {
    forget_forkserver();
    forget_keeper();
    lines.control.first.reset();
    lines.lifeline.reset();
    if (const int error = apply_setup(setup.streams, setup.directory, setup.own_group)) {
        give_up("set up its streams or directory", error_of(error));
    }
    setup.opened.clear();
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (plan.environment) {
        replace_environment(*plan.environment);
    }
    auto start = receive_start(std::move(lines.control.second), std::move(lines.parent_alive), plan.survive_parent);
    if (!start) {
        give_up("get its start record", start.error());
    }
    plan.run_in_fork(std::move(*start), plan.fork_context);
    exit_now(127);
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ForkLauncher::launch(const LaunchPlan& plan) noexcept {
    auto lines = make_child_lines();
    if (!lines) {
        return lines.error();
    }
    auto setup = prepare_setup(plan);
    if (!setup) {
        return setup.error();
    }
    auto forked = fork_process();
    if (!forked) {
        return forked.error();
    }
    if (forked->id == 0) {
        run_child(plan, std::move(*setup), std::move(*lines));
    }
    lines->control.second.reset();
    lines->parent_alive.reset();
    ChildHandles handles;
    handles.id = forked->id;
    handles.sentinel = std::move(forked->sentinel);
    handles.control = std::move(lines->control.first);
    handles.lifeline = std::move(lines->lifeline);
    handles.own_group = plan.kill_tree;
    return complete_launch(std::move(handles), plan);
}

}  // namespace spork::platform
