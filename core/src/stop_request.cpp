/// \file
/// The child's side of Process::request_stop.

#include <spork/process.hpp>

#include "launch_record.hpp"
#include "runtime.hpp"
#include "system_error.hpp"

#include "platform/channel.hpp"

#include <atomic>
#include <mutex>
#include <thread>

namespace spork {

namespace {

std::stop_source& source() {
    static std::stop_source* const instance = new std::stop_source();  // used by a thread that outlives static objects
    return *instance;
}

std::shared_ptr<detail::OwnedHandle> control() {
    detail::Runtime& runtime = detail::Runtime::get();
    const std::lock_guard hold(runtime.mutex);
    return runtime.control;
}

/// Receives one message of the parent within `patience`; false when the channel has ended.
bool take_message(const detail::OwnedHandle& channel, const platform::Patience& patience) {
    platform::Message message;
    const std::error_code error = platform::channel_receive(channel.native(), message, patience);
    if (!error && message.bytes.size() == 1 &&
        message.bytes[0] == static_cast<std::byte>(detail::ControlMessage::stop)) {
        source().request_stop();
    }
    return !error || detail::is(error, std::errc::timed_out);
}

}  // namespace

bool stop_requested() {
    if (source().stop_requested()) {
        return true;
    }
    if (const auto channel = control()) {
        take_message(*channel, {std::chrono::steady_clock::time_point::min(), platform::no_handle});
    }
    return source().stop_requested();
}

std::stop_token stop_token() {
    static std::once_flag once;
    std::call_once(once, [] {
        if (auto channel = control()) {
            std::thread([channel = std::move(channel)] {
                while (!source().stop_requested() && take_message(*channel, platform::Patience())) {
                }
            }).detach();
        }
    });
    return source().get_token();
}

}  // namespace spork
