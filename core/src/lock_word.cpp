#include "lock_word.hpp"

#include "processors.hpp"

#include <chrono>

namespace spork::detail {

namespace {

/// After so long a sleeper asks those who come later to queue behind it: a holder that frees the lock and takes it again
/// is always quicker than whoever it has woken.
constexpr std::chrono::milliseconds long_sleep{1};

/// Looks before the first sleep, a microsecond or two in all: most holders are done by then.
constexpr int looks = 50;

}  // namespace

bool LockWord::try_lock_marked(std::uint64_t word) noexcept {
    while (is_free(word) && (word & hungry_bit) == 0) {
        if (word_.compare_exchange_weak(word, own_tag() | word, std::memory_order_acquire, std::memory_order_relaxed)) {
            return true;
        }
    }
    return false;
}

bool LockWord::try_succeed() noexcept {
    std::uint64_t word = word_.load(std::memory_order_relaxed);
    const platform::ProcessTag holder = tag_of(word);
    if (is_free(word) || holder == platform::process_tag() || !platform::ProcessWatch().has_ended(holder)) {
        return false;
    }
    const std::uint64_t taken = own_tag() | abandoned_bit | (word & sleepers_bit);
    return word_.compare_exchange_strong(word, taken, std::memory_order_acquire, std::memory_order_relaxed);
}

bool LockWord::spin() noexcept {
    for (int look = 0; look < looks && several_processors(); ++look) {
        if (try_lock_marked(word_.load(std::memory_order_relaxed))) {
            return true;
        }
        platform::relax_processor();
    }
    return false;
}

WaitEnd LockWord::wait(platform::Mapping& mapping, SleepLimit& limit) noexcept {
    if (spin()) {
        return WaitEnd::done;
    }
    const std::uint64_t own = own_tag();
    const WakeOnStop wake_on_stop(limit, mapping, low_half(word_));
    platform::ProcessWatch holder;
    Clock::time_point begin;
    bool slept = false;
    std::uint64_t word = word_.load(std::memory_order_relaxed);
    for (;;) {
        // Others may sleep still when this thread has: the wake that it got has cleared the bit.
        const std::uint64_t sleepers = slept ? sleepers_bit : word & sleepers_bit;
        std::uint64_t taken = 0;
        if (is_free(word)) {
            taken = slept || (word & hungry_bit) == 0 ? own | (word & abandoned_bit) | sleepers : 0;
        } else if (slept && tag_of(word) != tag_of(own) && holder.has_ended(tag_of(word))) {
            taken = own | abandoned_bit | sleepers;
        }
        if (taken != 0) {
            if (word_.compare_exchange_weak(word, taken, std::memory_order_acquire, std::memory_order_relaxed)) {
                return WaitEnd::done;
            }
            continue;
        }
        if (const auto over = limit.over()) {
            return *over;
        }
        if (!slept) {
            begin = Clock::now();
        }
        const std::uint64_t hungry = slept && Clock::now() - begin >= long_sleep ? hungry_bit : 0;
        const std::uint64_t marked = word | sleepers_bit | hungry;
        if (word != marked &&
            !word_.compare_exchange_weak(word, marked, std::memory_order_relaxed, std::memory_order_relaxed)) {
            continue;
        }
        mapping.sleep(low_half(word_), static_cast<std::uint32_t>(marked), limit.next_slice());
        slept = true;
        word = word_.load(std::memory_order_relaxed);
    }
}

bool LockWord::unlock_marked(platform::Mapping& mapping, std::uint64_t word) noexcept {
    do {
        if (is_free(word)) {
            return false;
        }
    } while (!word_.compare_exchange_weak(word, word & (abandoned_bit | hungry_bit), std::memory_order_release,
                                          std::memory_order_relaxed));
    if ((word & sleepers_bit) != 0) {
        mapping.wake(low_half(word_));
    }
    return true;
}

}  // namespace spork::detail
