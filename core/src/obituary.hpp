#pragma once

/// \file
/// Which of several processes have ended.

#include "platform/process_tag.hpp"

#include <cstdint>
#include <map>
#include <new>

namespace spork::detail {

inline std::uint64_t packed(platform::ProcessTag tag) noexcept {
    return std::uint64_t{tag.start} << 32 | tag.id;
}
inline platform::ProcessTag unpacked(std::uint64_t tag) noexcept {
    return {static_cast<std::uint32_t>(tag), static_cast<std::uint32_t>(tag >> 32)};
}

/// Obituary lasts for one wait and tells which processes have ended; asking again about the same one is cheap.
class Obituary {
public:
    /// `tag` as packed() makes it; 0 is nobody, who has not ended.
    bool has_ended(std::uint64_t tag) noexcept {
        if (tag == 0 || tag == packed(platform::process_tag())) {
            return false;
        }
        try {
            return watches_[tag].has_ended(unpacked(tag));
        } catch (const std::bad_alloc&) {
            return platform::ProcessWatch().has_ended(unpacked(tag));
        }
    }

private:
    std::map<std::uint64_t, platform::ProcessWatch> watches_;
};

}  // namespace spork::detail
