#pragma once

/// \file
/// How the trailer of a message describes handles: a row of entries, each a tag and then the struct that belongs to it.

#include "private_pipe.hpp"
#include "process_identity.hpp"
#include "socket_handle.hpp"

#include <cstdint>

namespace spork::platform::win32 {

enum class HandleTag : std::uint32_t {
    parked = 0x6b726170,  ///< HeldHandle; the receiver moves it out of the holder's table
    kept = 0x7470656b,    ///< HeldHandle; the receiver copies it, the holder closes its own after the receipt
    ticket = 0x6b636974,  ///< SocketForReceiver
    offer = 0x7265666f,   ///< SocketOffered
    receipt =
        0x74706372,  ///< HeldHandle: an event to set when everything was taken; last, and no handle of the message
};

struct HeldHandle {
    ProcessIdentity holder;
    std::uint64_t value = 0;  ///< in the holder's table
};

struct SocketForReceiver {
    ProcessIdentity receiver;
    SocketTicket ticket;
};

struct SocketOffered {
    PipeKey key;
};

}  // namespace spork::platform::win32
