#pragma once

/// \file
/// A message that was taken out of a queue, until it is decoded.

#include <spork/archive.hpp>
#include <spork/export.hpp>

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

namespace spork::detail {

class HeldChunk;

struct SPORK_API ReleaseChunk {
    void operator()(HeldChunk* chunk) const noexcept;
};

/// TakenMessage has a copy of a short message, and refers to a long one where it lies, for as long as this lives.
class TakenMessage {
public:
    TakenMessage() noexcept {}  // the buffer stays as it is
    TakenMessage(const TakenMessage&) = delete;
    TakenMessage& operator=(const TakenMessage&) = delete;

    void copy(std::span<const std::byte> bytes) {
        std::byte* to = small_.data();
        if (bytes.size() > small_.size()) {
            large_.resize(bytes.size());
            to = large_.data();
        }
        if (!bytes.empty()) {
            std::memcpy(to, bytes.data(), bytes.size());
        }
        bytes_ = {to, bytes.size()};
    }
    void refer(std::span<const std::byte> bytes, HeldChunk* chunk) noexcept {
        chunk_.reset(chunk);
        bytes_ = bytes;
    }

    std::span<const std::byte> bytes() const noexcept { return bytes_; }
    std::vector<std::shared_ptr<OwnedHandle>>& handles() noexcept { return handles_; }

private:
    std::array<std::byte, 512> small_;
    std::vector<std::byte> large_;
    std::unique_ptr<HeldChunk, ReleaseChunk> chunk_;
    std::span<const std::byte> bytes_;
    std::vector<std::shared_ptr<OwnedHandle>> handles_;
};

}  // namespace spork::detail
