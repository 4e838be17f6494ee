#pragma once

/// \file
/// Which process holds something in shared memory, and whether it still runs.

#include "platform/handle.hpp"

#include <atomic>
#include <compare>
#include <cstdint>

namespace spork::platform {

/// ProcessTag names one process of this machine: its number, and something of the time of its start, so that a number that
/// the system gives out again is another tag. Fits into an atomic word.
struct ProcessTag {
    std::uint32_t id = 0;  ///< 0: nobody; below tag_id_limit
    std::uint32_t start = 0;

    friend bool operator==(const ProcessTag&, const ProcessTag&) = default;
};

/// Bits 29 to 31 of an id are free for flags: no system gives out numbers that large.
inline constexpr std::uint32_t tag_id_limit = std::uint32_t{1} << 29;

/// This process's tag once it is found out, the start in the high half; 0 before. A forked child begins with 0.
extern std::atomic<std::uint64_t> known_process_tag;
std::uint64_t find_out_process_tag() noexcept;

/// This process's tag, as one word.
inline std::uint64_t process_tag_word() noexcept {
    const std::uint64_t known = known_process_tag.load(std::memory_order_relaxed);
    return known != 0 ? known : find_out_process_tag();
}

/// This process's tag.
inline ProcessTag process_tag() noexcept {
    const std::uint64_t word = process_tag_word();
    return {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32)};
}

/// The tag of another process, which has not ended or is a child that nobody has waited for: as far as the system tells.
ProcessTag tag_of_process(std::uint32_t id) noexcept;

/// In a child that the backend made by copying this process: the tag is found out again.
void renew_process_tag() noexcept;

/// ProcessWatch tells again and again, at little cost, whether a process has ended. A zombie has. Cannot tell for a process
/// that the system does not let us look at: that one runs.
class ProcessWatch {
public:
    ProcessWatch() noexcept = default;

    /// Whether the process named by `tag` has ended. Cheap when the tag is the one of the last call.
    bool has_ended(ProcessTag tag) noexcept;

private:
    ProcessTag tag_;
    Handle process_;
    bool ended_ = false;
};

}  // namespace spork::platform
