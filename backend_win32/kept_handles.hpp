#pragma once

/// \file
/// Handles that a sender keeps open for a message until the message was received, or never can be.

#include "private_pipe.hpp"
#include "socket_offer.hpp"
#include "windows_api.hpp"

#include <cstdint>
#include <list>
#include <memory>
#include <vector>

namespace spork::platform::win32 {

/// KeptHandles belongs to one message. It closes what it keeps when it is destroyed.
class KeptHandles {
public:
    KeptHandles() noexcept;
    ~KeptHandles();
    KeptHandles(const KeptHandles&) = delete;
    KeptHandles& operator=(const KeptHandles&) = delete;

    /// Must be called, and succeed, before anything else.
    std::error_code begin() noexcept;

    /// Keeps a copy; its value in the table of this process.
    Result<std::uint64_t> add(RawHandle handle);

    /// Keeps an offer of a socket.
    Result<PipeKey> offer(RawHandle socket);

    /// The event, in the table of this process, that the receiver sets when it has taken everything.
    std::uint64_t receipt() const noexcept { return static_cast<std::uint64_t>(receipt_.get()); }

private:
    friend class KeptRegistry;

    std::uint64_t number_;           ///< names this object to the thread pool, which may ask for it after its end
    RawHandle channel_ = no_handle;  ///< the sender's end, while this process has it
    PipeName server_{};              ///< after that: the receiver's end, when it is the server's; else empty
    Handle receipt_;
    PTP_WAIT wait_ = nullptr;
    std::vector<Handle> copies_;
    std::vector<std::shared_ptr<SocketOffer>> offers_;
};

/// The message went into `channel`: keeps what it needs (an empty list is fine) until the receiver has it, or until
/// this process sees that nobody holds the other end of the channel. After this process has closed its own end it can
/// see that only if that was the client's.
void keep_until_taken(std::list<KeptHandles>& kept, RawHandle channel) noexcept;

/// Must be called before this process closes a handle that may be a channel.
void forget_channel(RawHandle channel) noexcept;

}  // namespace spork::platform::win32
