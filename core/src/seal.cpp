#include "seal.hpp"

#include <bit>
#include <cstring>

namespace spork::detail {

namespace {

std::uint64_t word_at(const std::byte* from, std::size_t size) noexcept {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < size; ++i) {
        word |= static_cast<std::uint64_t>(from[i]) << (8 * i);
    }
    return word;
}

struct SipState {
    std::uint64_t v0, v1, v2, v3;

    void rounds(int count) noexcept {
        for (; count != 0; --count) {
            v0 += v1;
            v2 += v3;
            v1 = std::rotl(v1, 13) ^ v0;
            v3 = std::rotl(v3, 16) ^ v2;
            v0 = std::rotl(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = std::rotl(v1, 17) ^ v2;
            v3 = std::rotl(v3, 21) ^ v0;
            v2 = std::rotl(v2, 32);
        }
    }
    void absorb(std::uint64_t word) noexcept {
        v3 ^= word;
        rounds(2);
        v0 ^= word;
    }
};

}  // namespace

std::uint64_t seal(const FamilyKey& key, std::span<const std::byte> data) noexcept {
    const std::uint64_t k0 = word_at(key.data(), 8);
    const std::uint64_t k1 = word_at(key.data() + 8, 8);
    // "somepseudorandomlygeneratedbytes", the algorithm's initial state
    SipState state{k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573};
    std::size_t position = 0;
    for (; data.size() - position >= 8; position += 8) {
        state.absorb(word_at(data.data() + position, 8));
    }
    const std::uint64_t rest = word_at(data.data() + position, data.size() - position);
    state.absorb(rest | static_cast<std::uint64_t>(data.size()) << 56);
    state.v2 ^= 0xff;
    state.rounds(4);
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace spork::detail
