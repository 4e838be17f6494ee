#pragma once

/// \file
/// SCM_RIGHTS: descriptors beside the bytes of a Unix socket.

#include "platform/channel.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cstddef>
#include <span>
#include <vector>

namespace spork::platform {

/// Room for the descriptors of one message and one more, the segment that holds a large payload.
inline constexpr std::size_t max_descriptors = max_attachments + 1;

/// One sendmsg with descriptors. -1 and errno as sendmsg; interrupted calls are repeated.
ssize_t send_with_descriptors(int socket, std::span<iovec> parts, std::span<const int> descriptors, int flags) noexcept;

struct ReceivedBytes {
    ssize_t size = -1;           ///< as recvmsg
    bool truncated = false;      ///< the message was longer than the room for it
    bool lost_handles = false;   ///< this process has no descriptors left
};

/// One recvmsg; what descriptors came are appended to `handles`, closed on exec.
ReceivedBytes receive_with_descriptors(int socket, std::span<iovec> parts, std::vector<Handle>& handles,
                                       int flags) noexcept;

}  // namespace spork::platform
