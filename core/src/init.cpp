#include <spork/init.hpp>
#include <spork/context.hpp>

#include "child_main.hpp"
#include "exit_work.hpp"
#include "output.hpp"
#include "runtime.hpp"

#include "platform/launcher.hpp"

#include <spork/error.hpp>

#include <cstdlib>
#include <exception>

namespace spork {

namespace {

/// Exit code of a child that never learned what to do.
constexpr int not_bootstrapped = 97;

void exit_work_at_exit() noexcept {
    try {
        detail::run_exit_work();
    } catch (const std::exception& error) {
        platform::write_stderr("spork: the exit work of this process failed: " + std::string(error.what()) + "\n");
    }
}

}  // namespace

void init(int& argc, char** argv) {
    detail::Runtime& runtime = detail::Runtime::get();
    {
        const std::lock_guard hold(runtime.mutex);
        if (runtime.initialised) {
            return;
        }
    }
    detail::remember_output();
    std::atexit(exit_work_at_exit);  // first of all: a fork server does it once, for all its children
    auto child = platform::claim_child(argc, argv, detail::run_preload);
    if (!child) {
        platform::write_stderr("spork: this process was started as a child but did not get its start record: " +
                               child.error().message() + "; its parent has probably ended\n");
        platform::exit_now(not_bootstrapped);
    }
    {
        const std::lock_guard hold(runtime.mutex);
        if (runtime.arguments.empty()) {  // else known to the fork server
            runtime.arguments.assign(argv, argv + argc);
        }
    }
    if (*child) {
        detail::child_main(std::move(**child), {});
    }
    const std::lock_guard hold(runtime.mutex);
    runtime.initialised = true;
}

const std::vector<std::string>& arguments() {
    return detail::Runtime::get().arguments;
}

void set_executable(std::filesystem::path path) {
    detail::Runtime& runtime = detail::Runtime::get();
    const std::lock_guard hold(runtime.mutex);
    runtime.executable = std::move(path);
}

void set_forkserver_preload(Task<void> preload) {
    Writer writer;
    const detail::FamilyKey key = detail::family_key();
    writer.write_bytes(key.data(), key.size());
    detail::write_target(writer, preload.target());
    const auto bytes = writer.bytes();
    platform::set_forkserver_preload({bytes.begin(), bytes.end()});
}

}  // namespace spork
