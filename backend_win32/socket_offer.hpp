#pragma once

/// \file
/// Handing a socket to a process that the sender does not know.

#include "private_pipe.hpp"
#include "windows_api.hpp"

#include <array>
#include <memory>

namespace spork::platform::win32 {

/// SocketOffer is a pipe that one process may connect to, and that answers with a socket ticket made for that process.
///
/// It needs no thread of its own: the system's thread pool runs each step. It keeps itself alive until the receiver has
/// opened its copy, or the sending process ends; so the sender of a socket must live until the socket was received.
class SocketOffer : public std::enable_shared_from_this<SocketOffer> {
public:
    static Result<std::shared_ptr<SocketOffer>> make(RawHandle socket);

    SocketOffer(const PipeKey& key, Handle pipe, Handle socket, Handle event) noexcept;
    ~SocketOffer();
    SocketOffer(const SocketOffer&) = delete;
    SocketOffer& operator=(const SocketOffer&) = delete;

    const PipeKey& key() const noexcept { return key_; }

    /// Nobody will come: ends the offer.
    void withdraw() noexcept;

private:
    enum class Step : unsigned char { awaiting_client, awaiting_receipt };

    std::error_code open() noexcept;
    void arm() noexcept;
    void advance() noexcept;
    bool answer() noexcept;
    static void CALLBACK on_event(PTP_CALLBACK_INSTANCE, void* offer, PTP_WAIT, TP_WAIT_RESULT) noexcept;

    PipeKey key_;
    Handle pipe_;
    Handle socket_;
    Handle event_;
    OVERLAPPED overlapped_{};
    std::array<std::byte, 1> receipt_{};
    PTP_WAIT wait_ = nullptr;
    Step step_ = Step::awaiting_client;
    std::shared_ptr<SocketOffer> self_;  ///< while the system may still call on_event
};

/// Answers an offer. std::errc::owner_dead when the process that made it has ended.
Result<Handle> accept_socket_offer(const PipeKey& key, RawHandle stop) noexcept;

}  // namespace spork::platform::win32
