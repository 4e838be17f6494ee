#pragma once

/// \file
/// What each system does in its own way with words and pages that processes share.

#include "platform/segment.hpp"

namespace spork::platform {

/// Returns early when the word does not hold `expected`, when it is woken, and now and then without a reason.
void sleep_on_word(const SharedWord& word, std::uint32_t expected, std::chrono::nanoseconds limit) noexcept;
void wake_one_on_word(const SharedWord& word) noexcept;

/// Gives whole pages of a shared mapping back, where the system can.
void discard_pages(void* pages, std::size_t size) noexcept;

}  // namespace spork::platform
