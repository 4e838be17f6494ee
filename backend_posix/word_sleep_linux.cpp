/// \file
/// Sleeping on shared words with futex, which finds the word by its place in the memory, not by its address.

#include "word_sleep.hpp"

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace spork::platform {

void sleep_on_word(const SharedWord& word, std::uint32_t expected, std::chrono::nanoseconds limit) noexcept {
    if (limit <= std::chrono::nanoseconds::zero()) {
        return;
    }
    const auto seconds = std::chrono::floor<std::chrono::seconds>(limit);
    const timespec time{static_cast<time_t>(seconds.count()), static_cast<long>((limit - seconds).count())};
    ::syscall(SYS_futex, &word, FUTEX_WAIT, expected, &time, nullptr, 0);
}

void wake_one_on_word(const SharedWord& word) noexcept {
    ::syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

void discard_pages(void* pages, std::size_t size) noexcept {
    ::madvise(pages, size, MADV_REMOVE);
}

}  // namespace spork::platform
