/// \file
/// Process tags: the pid, and the time of the start, which the system remembers for as long as the process is there.

#include "process_tag.hpp"

#include "platform/process_tag.hpp"

#include <pthread.h>
#include <unistd.h>

#include <atomic>

namespace spork::platform {

std::atomic<std::uint64_t> known_process_tag{0};

std::uint64_t find_out_process_tag() noexcept {
    static const int registered = ::pthread_atfork(nullptr, nullptr, renew_process_tag);
    static_cast<void>(registered);
    const ProcessTag tag = tag_of_process(static_cast<std::uint32_t>(::getpid()));
    const std::uint64_t word = std::uint64_t{tag.start} << 32 | tag.id;
    known_process_tag.store(word, std::memory_order_relaxed);
    return word;
}

ProcessTag tag_of_process(std::uint32_t id) noexcept {
    return {id, start_of_process(static_cast<pid_t>(id)).value_or(0)};
}

void renew_process_tag() noexcept {
    known_process_tag.store(0, std::memory_order_relaxed);
}

}  // namespace spork::platform
