#pragma once

/// \file
/// Words of state in shared memory.

#include "platform/process_tag.hpp"
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

/// A process tag as a word; 0 is nobody.
inline std::uint64_t packed(platform::ProcessTag tag) noexcept {
    return std::uint64_t{tag.start} << 32 | tag.id;
}
inline platform::ProcessTag unpacked(std::uint64_t tag) noexcept {
    return {static_cast<std::uint32_t>(tag), static_cast<std::uint32_t>(tag >> 32)};
}

/// This process's.
inline std::uint64_t own_tag() noexcept {
    return platform::process_tag_word();
}

}  // namespace spork::detail
