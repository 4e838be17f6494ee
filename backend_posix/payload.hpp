#pragma once

/// \file
/// Anonymous memory that holds one large payload on its way.

#include "platform/handle.hpp"
#include "platform/message_memory.hpp"

#include <cstddef>
#include <span>

namespace spork::platform {

/// New memory with these bytes.
Result<Handle> make_payload(std::span<const std::byte> bytes) noexcept;

/// Reads `size` bytes of a payload that somebody else made. std::errc::bad_message when it does not hold them: memory is
/// asked for only after the payload was seen to be that large.
std::error_code read_payload(int payload, std::size_t size, MessageMemory& out) noexcept;

}  // namespace spork::platform
