#pragma once

/// \file
/// What a message says of itself, so that who gets it can see whether it is the right one and whole.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>

namespace bench {

/// Stamp is the message's producer and its number among that one's. It stands at both ends of a message.
class Stamp {
public:
    Stamp(int producer, std::int64_t number)
        : word_((static_cast<std::uint64_t>(producer) << shift) | static_cast<std::uint64_t>(number)) {}

    std::uint64_t word() const { return word_; }
    int producer() const { return static_cast<int>(word_ >> shift); }
    std::int64_t number() const { return static_cast<std::int64_t>(word_ & ((std::uint64_t{1} << shift) - 1)); }

    /// The message is at least as long as a stamp.
    void write(std::span<std::byte> message) const {
        std::memcpy(message.data(), &word_, sizeof word_);
        std::memcpy(message.data() + message.size() - sizeof word_, &word_, sizeof word_);
    }

    /// Throws when the stamps at both ends differ.
    static Stamp read(std::span<const std::byte> message) {
        Stamp front(0, 0);
        Stamp back(0, 0);
        std::memcpy(&front.word_, message.data(), sizeof front.word_);
        std::memcpy(&back.word_, message.data() + message.size() - sizeof back.word_, sizeof back.word_);
        if (front.word_ != back.word_) {
            throw std::runtime_error("a message is not whole");
        }
        return front;
    }

private:
    static constexpr int shift = 48;

    std::uint64_t word_;
};

}  // namespace bench
