#pragma once

/// \file
/// Making channels of a chosen capacity.

#include "platform/channel.hpp"
#include "windows_api.hpp"

namespace spork::platform::win32 {

/// make_channel, where `capacity` bytes may wait in each direction before a sender blocks.
Result<ChannelPair> make_channel_of(bool duplex, DWORD capacity) noexcept;

}  // namespace spork::platform::win32
