#pragma once

/// \file
/// Where the log records of children go.

#include <spork/archive.hpp>

namespace spork::detail {

/// Level and destination of this process's log, for a child; and taking them over in the child.
void write_log_route(Writer& writer);
void read_log_route(Reader& reader);

/// Threads that the log runs in this process.
unsigned relay_threads() noexcept;

/// Returns when the sink has got everything that ended children have logged.
void settle_log_relay();

/// Delivers what children have logged so far and ends the relay's thread.
void finish_log_relay();

/// In a forked child: sink and relay belong to the parent.
void forget_log_relay() noexcept;

}  // namespace spork::detail
