#pragma once

/// \file
/// What is fuzzed: functions that meet bytes from another process. Each returns, whatever the bytes; anything else is a
/// finding.

#include <cstddef>
#include <span>

namespace fuzz {

using Bytes = std::span<const std::byte>;

/// The decoder: the first byte chooses a type, the rest is read as one. What can be read can be written and read again.
void values(Bytes input);

/// A child's start record, globals and target included. Odd first byte: the record is right up to its target's arguments.
void record(Bytes input);

/// The receiving side of a channel, fed with datagrams and descriptors.
void frames(Bytes input);

/// The command line of a child, as claim_child finds it. Words end with a zero byte.
void words(Bytes input);

}  // namespace fuzz
