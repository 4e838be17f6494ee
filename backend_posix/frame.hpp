#pragma once

/// \file
/// What stands before the bytes of every message in a channel.

#include "platform/channel.hpp"

#include <cstdint>

namespace spork::platform {

struct FrameHeader {
    static constexpr std::uint32_t inline_magic = 0x316b7073;   ///< "spk1": the payload follows
    static constexpr std::uint32_t segment_magic = 0x326b7073;  ///< "spk2": the payload is in the last descriptor

    std::uint32_t magic = inline_magic;
    std::uint32_t handles = 0;  ///< descriptors that belong to the message; a segment comes on top
    std::uint64_t size = 0;     ///< bytes of the payload
};
static_assert(sizeof(FrameHeader) == 16);

/// On a stream socket every frame has this size, whatever of it is used: see channel_generic.cpp. It is Darwin's MCLBYTES,
/// the low-water mark that its kernel gives the sending side of each socket.
constexpr std::size_t stream_frame_size = 2048;

/// Whether the header can be true, given how many descriptors came with it.
inline bool plausible(const FrameHeader& header, std::size_t descriptors, std::size_t inline_limit) noexcept {
    if (header.magic == FrameHeader::segment_magic) {
        return header.handles <= max_attachments && descriptors == header.handles + 1;
    }
    return header.magic == FrameHeader::inline_magic && header.size <= inline_limit && descriptors == header.handles;
}

}  // namespace spork::platform
