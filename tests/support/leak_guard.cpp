#include "support/leak_guard.hpp"

#include "support/system.hpp"

#include <spork/process.hpp>

#include <chrono>
#include <sstream>
#include <thread>

namespace support {

namespace {

using namespace std::chrono_literals;

/// How many more pooled handles a program may come to have than it had before its first test. The tests use up to 16
/// threads at once, and under Wine a used thread leaves two handles; the rest is for the thread pool of the system.
constexpr std::size_t pool_limit = 48;

/// Counted once for the whole program: one more after every test is a leak.
std::size_t pooled_at_first() {
    static const std::size_t count = pooled_handles();
    return count;
}

}  // namespace

LeakGuard::LeakGuard() : handles_(open_handles()), segments_(named_segments()) {
    pooled_at_first();
}

std::string LeakGuard::leaks() const {
    const auto end = std::chrono::steady_clock::now() + 5s;
    std::string found = leaks_now();
    while (!found.empty() && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(10ms);
        found = leaks_now();
    }
    return found;
}

std::string LeakGuard::leaks_now() const {
    std::ostringstream found;
    for (const spork::Process& child : spork::active_children()) {
        found << child << " is still there; ";
    }
    if (const std::size_t zombies = unreaped_children(); zombies != 0) {
        found << "a child was not reaped; ";
    }
    if (const std::size_t handles = open_handles(); handles > handles_) {
        found << handles - handles_ << " of " << handles << " open handles are new: " << describe_handles() << "; ";
    }
    if (const std::size_t pooled = pooled_handles(); pooled > pooled_at_first() + pool_limit) {
        found << pooled << " pooled handles, at first " << pooled_at_first() << ": " << describe_handles() << "; ";
    }
    for (const std::string& name : named_segments()) {
        if (!segments_.contains(name)) {
            found << "the shared memory " << name << " is new; ";
        }
    }
    return found.str();
}

}  // namespace support
