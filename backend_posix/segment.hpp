#pragma once

/// \file
/// Anonymous memory that holds one large payload on its way.

#include "platform/handle.hpp"
#include "platform/message_memory.hpp"

#include <cstddef>
#include <span>

namespace spork::platform {

/// A new segment with these bytes. Nothing of it has a name when this returns.
Result<Handle> make_segment(std::span<const std::byte> bytes) noexcept;

/// Reads `size` bytes of a segment that somebody else made. std::errc::bad_message when it does not hold them: memory is
/// asked for only after the segment was seen to be that large.
std::error_code read_segment(int segment, std::size_t size, MessageMemory& out) noexcept;

/// Where a segment has a name for an instant: removes the one of a process that was killed in it.
void remove_segment_name() noexcept;

}  // namespace spork::platform
