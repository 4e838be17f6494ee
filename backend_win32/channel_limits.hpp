#pragma once

/// \file
/// The sizes that sending, receiving and making a channel agree on.

#include <algorithm>
#include <cstddef>

namespace spork::platform::win32 {

/// Bytes that may lie in a channel, each way, before its sender waits; what Linux gives a pipe.
inline constexpr std::size_t channel_capacity = 64 * 1024;

/// The largest message that goes through the pipe as a whole.
inline constexpr std::size_t largest_in_pipe = channel_capacity;

/// The size of a ticket for a larger one. More than the capacity, so that sending it lasts until it is read; by more
/// than a page, to which Windows may round the capacity up.
inline constexpr std::size_t ticket_size = channel_capacity + 8 * 1024;

/// Room for whatever comes.
inline constexpr std::size_t read_size = std::max(largest_in_pipe, ticket_size);

}  // namespace spork::platform::win32
