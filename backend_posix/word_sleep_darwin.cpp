/// \file
/// Sleeping on shared words with ulock, on which libc++'s and the system's own locks stand; it has been there since macOS
/// 10.12. The public os_sync_wait_on_address has the same meaning and needs macOS 14.4.

#include "word_sleep.hpp"

#include <algorithm>
#include <cstdint>

extern "C" {
int __ulock_wait(std::uint32_t operation, void* address, std::uint64_t value, std::uint32_t microseconds);
int __ulock_wake(std::uint32_t operation, void* address, std::uint64_t value);
}

namespace spork::platform {

namespace {

constexpr std::uint32_t compare_and_wait_shared = 3;  // UL_COMPARE_AND_WAIT_SHARED of xnu's bsd/sys/ulock.h
constexpr std::uint32_t no_errno = 0x01000000;        // ULF_NO_ERRNO, from there too

void* address_of(const SharedWord& word) noexcept {
    return const_cast<SharedWord*>(&word);
}

}  // namespace

void sleep_on_word(const SharedWord& word, std::uint32_t expected, std::chrono::nanoseconds limit) noexcept {
    if (limit <= std::chrono::nanoseconds::zero()) {
        return;
    }
    const auto microseconds = std::chrono::ceil<std::chrono::microseconds>(limit).count();
    // Zero would mean for ever.
    const auto time = static_cast<std::uint32_t>(std::clamp<std::int64_t>(microseconds, 1, UINT32_MAX));
    __ulock_wait(compare_and_wait_shared | no_errno, address_of(word), expected, time);
}

void wake_one_on_word(const SharedWord& word) noexcept {
    __ulock_wake(compare_and_wait_shared | no_errno, address_of(word), 0);
}

// Darwin's shared memory keeps its pages until the last user is gone.
void discard_pages(void*, std::size_t) noexcept {}

}  // namespace spork::platform
