/// \file
/// The log and its relay: children send their records over one channel to the process that has the sink.

#include <spork/logging.hpp>

#include "log_route.hpp"
#include "owned_handle.hpp"
#include "runtime.hpp"
#include "process_state.hpp"
#include "system_error.hpp"

#include "platform/channel.hpp"
#include "platform/host.hpp"

#include <spork/transferable.hpp>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace spork {

namespace detail {

namespace {

/// A child does not wait longer than this for a sink that takes nothing; the record is dropped then.
constexpr std::chrono::seconds relay_limit{10};

/// Receives children's records in the process that has the sink. An empty message is a mark that the process sends to
/// itself: when it arrives, everything sent before has been delivered.
struct Relay {
    platform::Handle reader;
    std::shared_ptr<OwnedHandle> writer;
    platform::Handle stop;
    std::thread thread;
    std::mutex marks_mutex;
    std::condition_variable marks_arrived;
    unsigned marks = 0;
    bool ended = false;  ///< the thread serves no more
};

struct LogState {
    std::atomic<int> level{static_cast<int>(LogLevel::warning)};
    std::atomic<bool> to_stderr{false};
    std::atomic<bool> delivers{false};  // there is a sink or a way to one
    std::mutex mutex;                   // guards what follows
    std::function<void(const LogRecord&)> sink;
    std::shared_ptr<OwnedHandle> forward;
    std::shared_ptr<Relay> relay;
    std::mutex sink_mutex;  // one call of the sink at a time
};

LogState*& slot() {
    static LogState* state = new LogState();
    return state;
}

LogState& log_state() {
    return *slot();
}

void deliver(const LogRecord& record) {
    LogState& state = log_state();
    std::function<void(const LogRecord&)> sink;
    std::shared_ptr<OwnedHandle> forward;
    {
        const std::lock_guard hold(state.mutex);
        sink = state.sink;
        forward = state.forward;
    }
    if (sink) {
        const std::lock_guard hold(state.sink_mutex);
        sink(record);
    } else if (forward) {
        Writer writer;
        writer(record);
        const platform::Patience patience{std::chrono::steady_clock::now() + relay_limit, platform::no_handle};
        // Logging never fails the program: a sink that is gone gets nothing.
        static_cast<void>(platform::channel_send(forward->native(), writer.bytes(), {}, patience));
    }
}

/// How long the relay rests after the system refused it something (memory, descriptors) before it tries again.
constexpr std::chrono::milliseconds relay_rest{10};

/// Delivers records until the stop signal is raised, and then those that are there already.
void serve_relay(Relay& relay) {
    platform::Patience patience{std::nullopt, relay.stop.get()};
    platform::Message message;
    for (;;) {
        const std::error_code error = platform::channel_receive(relay.reader.get(), message, patience);
        if (is(error, std::errc::operation_canceled)) {
            patience = {std::chrono::steady_clock::time_point::min(), platform::no_handle};
            continue;
        }
        if (is(error, std::errc::connection_reset) || is(error, std::errc::timed_out)) {
            return;
        }
        if (error) {
            std::this_thread::sleep_for(relay_rest);
            continue;
        }
        if (message.bytes.empty()) {
            const std::lock_guard hold(relay.marks_mutex);
            ++relay.marks;
            relay.marks_arrived.notify_all();
            continue;
        }
        try {
            Reader record(message.bytes);
            deliver(record.read<LogRecord>());
        } catch (const std::exception& failure) {
            platform::write_stderr("spork: a log record was dropped: " + std::string(failure.what()) + "\n");
        }
    }
}

void relay_records(Relay& relay) {
    serve_relay(relay);
    const std::lock_guard hold(relay.marks_mutex);
    relay.ended = true;
    relay.marks_arrived.notify_all();
}

std::shared_ptr<Relay> start_relay() {
    auto channel = platform::make_channel(false);
    auto stop = platform::make_signal();
    if (!channel || !stop) {
        throw_system(channel ? stop.error() : channel.error(), "cannot make a channel for the log records of children");
    }
    auto relay = std::make_shared<Relay>();
    relay->reader = std::move(channel->first);
    relay->writer = own(std::move(channel->second));
    relay->stop = std::move(*stop);
    relay->thread = std::thread(relay_records, std::ref(*relay));
    return relay;
}

}  // namespace

void write_log_route(Writer& writer) {
    LogState& state = log_state();
    writer(state.level.load(), state.to_stderr.load());
    const std::lock_guard hold(state.mutex);
    const std::shared_ptr<OwnedHandle> forward = state.sink && state.relay ? state.relay->writer : state.forward;
    writer(forward != nullptr);
    if (forward) {
        writer.attach(forward);
    }
}

void read_log_route(Reader& reader) {
    LogState& state = log_state();
    state.level = reader.read<int>();
    state.to_stderr = reader.read<bool>();
    if (reader.read<bool>()) {
        const std::lock_guard hold(state.mutex);
        state.forward = reader.take_handle();
        state.delivers = true;
    }
}

unsigned relay_threads() noexcept {
    LogState& state = log_state();
    const std::lock_guard hold(state.mutex);
    return state.relay ? 1 : 0;
}

void settle_log_relay() {
    LogState& state = log_state();
    std::shared_ptr<Relay> relay;
    {
        const std::lock_guard hold(state.mutex);
        relay = state.relay;
    }
    if (!relay || relay->thread.get_id() == std::this_thread::get_id()) {
        return;
    }
    std::unique_lock hold(relay->marks_mutex);
    const unsigned wanted = relay->marks + 1;
    hold.unlock();
    const platform::Patience patience{std::chrono::steady_clock::now() + relay_limit, platform::no_handle};
    if (platform::channel_send(relay->writer->native(), {}, {}, patience)) {
        return;
    }
    hold.lock();
    relay->marks_arrived.wait_for(hold, relay_limit, [&] {
        return relay->ended || relay->marks - wanted < unsigned{1} << 31;
    });
}

void finish_log_relay() {
    LogState& state = log_state();
    std::shared_ptr<Relay> relay;
    {
        const std::lock_guard hold(state.mutex);
        relay = std::move(state.relay);
    }
    if (relay) {
        platform::raise_signal(relay->stop.get());
        relay->thread.join();
    }
}

void forget_log_relay() noexcept {
    if (const auto& relay = log_state().relay) {
        relay->reader.reset();
        relay->stop.reset();
    }
    slot() = new LogState();
}

}  // namespace detail

void Logger::set_level(LogLevel level) {
    detail::log_state().level = static_cast<int>(level);
}

LogLevel Logger::level() const {
    return static_cast<LogLevel>(detail::log_state().level.load());
}

bool Logger::enabled(LogLevel level) const {
    const detail::LogState& state = detail::log_state();
    return static_cast<int>(level) >= state.level && (state.to_stderr || state.delivers);
}

void Logger::set_sink(std::function<void(const LogRecord&)> sink) {
    detail::LogState& state = detail::log_state();
    const std::lock_guard hold(state.mutex);
    state.sink = std::move(sink);
    state.delivers = state.sink || state.forward;
    if (state.sink && !state.relay) {
        state.relay = detail::start_relay();
    }
}

void Logger::log(LogLevel level, std::string_view message) {
    if (!enabled(level)) {
        return;
    }
    const LogRecord record{level, current_process().name(), platform::process_id(), std::string(message)};
    if (detail::log_state().to_stderr) {
        platform::write_stderr("[" + to_string(level) + "/" + record.process + "] " + record.message + "\n");
    }
    detail::deliver(record);
}

Logger& get_logger() {
    static Logger logger;
    return logger;
}

Logger& log_to_stderr(LogLevel level) {
    detail::log_state().to_stderr = true;
    if (level != LogLevel::notset) {
        get_logger().set_level(level);
    }
    return get_logger();
}

std::string to_string(LogLevel level) {
    switch (level) {
        case LogLevel::notset:
            return "NOTSET";
        case LogLevel::subdebug:
            return "SUBDEBUG";
        case LogLevel::debug:
            return "DEBUG";
        case LogLevel::info:
            return "INFO";
        case LogLevel::warning:
            return "WARNING";
        case LogLevel::error:
            return "ERROR";
        case LogLevel::subwarning:
            break;  // has no name in Python either
    }
    return "Level " + std::to_string(static_cast<int>(level));
}

}  // namespace spork
