/// \file
/// The part of the seam that locks and rooms stand on, as the explorer plays it: processes that can be killed, and sleep that
/// nobody but a wake or the end of a slice ends.

#include "explorer.hpp"
#include "mapping.hpp"

#include "shared_object.hpp"

#include "platform/handle.hpp"
#include "platform/host.hpp"
#include "platform/process_tag.hpp"

#include <cstring>

namespace spork::platform {

std::atomic<std::uint64_t> known_process_tag{0};  // each thread plays another process

std::uint64_t find_out_process_tag() noexcept {
    return std::uint64_t{1} << 32 | (static_cast<std::uint32_t>(model::current_thread()) + 1);
}

bool ProcessWatch::has_ended(ProcessTag tag) noexcept {
    model::step("is it dead", nullptr);
    const bool ended = model::was_killed(tag.id - 1);
    model::learn(ended ? 1 : 0);
    return ended;
}

void close_handle(RawHandle, HandleKind) noexcept {}

unsigned usable_cpu_count() noexcept {
    return 1;  // to look at a word again before sleeping is no other step than to look again after it
}

void relax_processor() noexcept {}

}  // namespace spork::platform

namespace spork::detail {

bool SharedObject::time_to_look() noexcept {
    return true;
}

}  // namespace spork::detail

namespace model {

void Mapping::sleep(const spork::platform::SharedWord& word, std::uint32_t expected,
                    std::chrono::nanoseconds) noexcept {
    step("sleep", &word);
    std::uint32_t now = 0;
    std::memcpy(&now, &word, sizeof now);
    learn(now == expected ? 1 : 0);
    if (now == expected) {
        sleep_on(&word);
    }
}

void Mapping::wake(const spork::platform::SharedWord& word) noexcept {
    step("wake", &word);
    wake_one(&word);
}

}  // namespace model
