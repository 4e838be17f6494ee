/// \file
/// Process tags: the pid, and the time of the start, which the system remembers for as long as the process is there.

#include "process_tag.hpp"

#include "platform/process_tag.hpp"

#include <pthread.h>
#include <unistd.h>

#include <atomic>

namespace spork::platform {

namespace {

std::atomic<std::uint64_t> known_tag{0};

std::uint64_t packed(ProcessTag tag) noexcept {
    return std::uint64_t{tag.start} << 32 | tag.id;
}

ProcessTag unpacked(std::uint64_t tag) noexcept {
    return {static_cast<std::uint32_t>(tag), static_cast<std::uint32_t>(tag >> 32)};
}

ProcessTag find_out() noexcept {
    static const int registered = ::pthread_atfork(nullptr, nullptr, renew_process_tag);
    static_cast<void>(registered);
    const ProcessTag tag = tag_of_process(static_cast<std::uint32_t>(::getpid()));
    known_tag.store(packed(tag), std::memory_order_relaxed);
    return tag;
}

}  // namespace

ProcessTag process_tag() noexcept {
    const std::uint64_t known = known_tag.load(std::memory_order_relaxed);
    return known != 0 ? unpacked(known) : find_out();
}

ProcessTag tag_of_process(std::uint32_t id) noexcept {
    return {id, start_of_process(static_cast<pid_t>(id)).value_or(0)};
}

void renew_process_tag() noexcept {
    known_tag.store(0, std::memory_order_relaxed);
}

}  // namespace spork::platform
