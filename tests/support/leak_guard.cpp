#include "support/leak_guard.hpp"

#include "support/system.hpp"

#include <spork/process.hpp>

#include <chrono>
#include <filesystem>
#include <sstream>
#include <thread>

namespace support {

namespace {

using namespace std::chrono_literals;

std::set<std::string> segment_names() {
    std::set<std::string> names;
    std::error_code error;  // no such folder: no such names
    for (const auto& entry : std::filesystem::directory_iterator("/dev/shm", error)) {
        names.insert(entry.path().filename().string());
    }
    return names;
}

}  // namespace

LeakGuard::LeakGuard() : handles_(open_handles()), segments_(segment_names()) {}

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
    for (const std::string& name : segment_names()) {
        if (!segments_.contains(name)) {
            found << "/dev/shm/" << name << " is new; ";
        }
    }
    return found.str();
}

}  // namespace support
