#pragma once

/// \file
/// The fork server: a small, single-threaded copy of the program that forks children on request.
///
/// Its owner sends one request per child over a channel and gets one answer. The server ends when its owner is gone; when
/// the server is killed, its owner starts another with the next child. Its children do not depend on it.

#include "posix_child.hpp"

#include "platform/launcher.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace spork::platform {

// The server binds every function of its libraries when it starts: bound on first use, each child would look up the same
// names again, and write them into pages of its own. glibc's variable, harmless elsewhere; children do not see it.
inline constexpr const char* bind_now_variable = "LD_BIND_NOW";
inline constexpr const char* bound_by_us = "spork";

/// Descriptors of a request, in this order: these, the standard streams that are given, those of the start record.
enum RequestHandle : std::size_t { request_control, request_alive, request_directory, request_streams };

struct ForkRequest {
    std::uint32_t own_group = 0;
    std::uint32_t survive_parent = 0;
    std::uint32_t streams = 0;          ///< a bit for each standard stream that is given; the others are the null device
    std::uint32_t has_environment = 0;  ///< it follows, each entry ended by a zero byte
    std::uint64_t environment = 0;      ///< its size in bytes
    std::uint64_t has_record = 0;       ///< the start record is the rest; otherwise it comes over the control channel
};

struct ForkAnswer {
    std::int32_t error = 0;  ///< errno of the fork
    std::int32_t relayed = 0;
    std::int64_t id = 0;
};

/// Serves until the owner is gone, and then ends this process. Returns in each child that it forks.
Result<ChildStart> serve_forks(Handle requests, Handle owner_alive, PreloadRunner preload, int argc,
                               char** argv) noexcept;

/// What differs between systems: how the server makes a child, and who collects its status.
struct ServedFork {
    ProcessId id = 0;      ///< 0 in the child
    Handle report;         ///< for the owner: the child's sentinel
    bool relayed = false;  ///< the server sends the status over it
};
Result<ServedFork> fork_for_owner() noexcept;

/// The first thing that a child does: says on its lifeline that it exists, where the owner could not learn it otherwise.
void sign_lifeline(const Handle& parent_alive) noexcept;

/// For the owner of a server that died before it answered, and has been collected: the child that it had made all the
/// same, if there is one that can be kept. Empty when no child is left that was given these lines; they are used up then.
Result<std::optional<ChildHandles>> find_lost_child(ChildLines& lines) noexcept;

/// Whether find_lost_child keeps a child that lives. Where it does not, no child may begin its work before it is answered for.
bool keeps_lost_children() noexcept;

/// Blocks until a request can be received; looks after ended children meanwhile.
void await_request(RawHandle requests) noexcept;

/// Called when the owner wants no more children: blocks until no child needs the server.
void await_children() noexcept;

}  // namespace spork::platform
