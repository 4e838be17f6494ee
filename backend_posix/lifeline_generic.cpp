/// \file
/// A thread waits for the end of the pipe.

#include "descriptor.hpp"
#include "error.hpp"
#include "lifeline.hpp"
#include "waiting.hpp"

#include <signal.h>
#include <unistd.h>

#include <system_error>
#include <thread>

namespace spork::platform {

namespace {

unsigned threads = 0;

void watch(int line) noexcept {
    static_cast<void>(wait_until_ready(line, POLLIN, Patience()));
    ::kill(::getpid(), SIGKILL);
}

}  // namespace

std::error_code die_with(const Handle& child_end) noexcept {
    try {
        sigset_t all;
        sigset_t previous;
        sigfillset(&all);
        ::pthread_sigmask(SIG_BLOCK, &all, &previous);  // the program's signals are for the program's threads
        std::thread(watch, descriptor(child_end)).detach();
        ::pthread_sigmask(SIG_SETMASK, &previous, nullptr);
        threads = 1;
        return {};
    } catch (const std::system_error& error) {
        return error.code();
    }
}

unsigned lifeline_threads() noexcept {
    return threads;
}

}  // namespace spork::platform
