#pragma once

/// \file
/// Words of state in shared memory.

#include "platform/segment.hpp"

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace spork::detail {

using StateWord = std::atomic<std::uint64_t>;
static_assert(StateWord::is_always_lock_free && sizeof(StateWord) == 8);

/// The half of a word that holds its low bits, to sleep on.
inline const platform::SharedWord& low_half(const StateWord& word) noexcept {
    constexpr std::size_t place = std::endian::native == std::endian::little ? 0 : 1;
    return reinterpret_cast<const platform::SharedWord*>(&word)[place];
}

}  // namespace spork::detail
