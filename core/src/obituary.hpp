#pragma once

/// \file
/// Which of several processes have ended.

#include "shared_word.hpp"

#include "platform/process_tag.hpp"

#include <cstdint>
#include <map>
#include <new>

namespace spork::detail {

/// Obituary lasts for one wait and tells which processes have ended; asking again about the same one is cheap.
class Obituary {
public:
    /// Nobody has not ended.
    bool has_ended(std::uint64_t tag) noexcept {
        if (tag == 0 || tag == own_tag()) {
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
