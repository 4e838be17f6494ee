#include "brief_lock.hpp"

#include "processors.hpp"

#include <algorithm>
#include <chrono>

namespace spork::detail {

namespace {

/// Looks before the first nap, some microseconds in all. A holder that is not done by then does not run now.
constexpr int looks = 100;

constexpr std::chrono::nanoseconds first_nap = std::chrono::microseconds(50);
constexpr std::chrono::nanoseconds longest_nap = std::chrono::milliseconds(16);

}  // namespace

bool BriefLock::wait(platform::Mapping& mapping) noexcept {
    const std::uint64_t own = own_tag();
    platform::ProcessWatch holder;
    std::chrono::nanoseconds nap = first_nap;
    for (int left = several_processors() ? looks : 0;;) {
        std::uint64_t word = word_.load(std::memory_order_relaxed);
        if (word == 0) {
            if (word_.compare_exchange_weak(word, own, std::memory_order_acquire, std::memory_order_relaxed)) {
                return false;
            }
        } else if (left > 0) {
            --left;
            platform::relax_processor();
        } else if (word != own && holder.has_ended(unpacked(word))) {
            if (word_.compare_exchange_weak(word, own, std::memory_order_acquire, std::memory_order_relaxed)) {
                return true;
            }
        } else {
            mapping.sleep(low_half(word_), static_cast<std::uint32_t>(word), nap);
            nap = std::min(2 * nap, longest_nap);
        }
    }
}

}  // namespace spork::detail
