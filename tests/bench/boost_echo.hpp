#pragma once

/// \file
/// Boost.Interprocess's message_queue as a peer of a pipe: one queue each way.

#include <boost/interprocess/ipc/message_queue.hpp>

#include <spork/process.hpp>

#include <optional>
#include <span>
#include <string>

namespace bench {

/// Two queues and a child that sends every message of one size back.
class BoostEcho {
public:
    explicit BoostEcho(std::size_t size);
    BoostEcho(const BoostEcho&) = delete;
    BoostEcho& operator=(const BoostEcho&) = delete;
    ~BoostEcho();

    /// Sends the message and receives its echo in its place.
    void round_trip(std::span<std::byte> message);

private:
    using Queue = boost::interprocess::message_queue;

    std::string there_name_;
    std::string back_name_;
    std::optional<Queue> there_;
    std::optional<Queue> back_;
    spork::Process child_;
};

}  // namespace bench
