#pragma once

/// \file
/// Bytes in shared memory, copied in the place of std::memcpy: word by word, each word a step.

#include "word.hpp"

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

namespace model {

inline void write(std::byte* to, std::span<const std::byte> bytes) noexcept {
    for (std::size_t i = 0; i < bytes.size(); i += sizeof(Word)) {
        std::uint64_t value = 0;
        std::memcpy(&value, bytes.data() + i, sizeof value);
        reinterpret_cast<Word*>(to + i)->store(value);
    }
}

inline void read(void* to, const std::byte* from, std::size_t size) noexcept {
    for (std::size_t i = 0; i < size; i += sizeof(Word)) {
        const std::uint64_t value = reinterpret_cast<const Word*>(from + i)->load();
        std::memcpy(static_cast<std::byte*>(to) + i, &value, sizeof value);
    }
}

inline std::vector<std::byte> copied(std::span<const std::byte> bytes) {
    std::vector<std::byte> copy(bytes.size());
    read(copy.data(), bytes.data(), bytes.size());
    return copy;
}

}  // namespace model
