/// \file
/// Round trips of a message over a Connection: to another process, which sends it back, and home again.

#include "boost_echo.hpp"
#include "channels.hpp"
#include "foreign.hpp"
#include "job.hpp"
#include "kernel.hpp"
#include "measure.hpp"

#include <spork/spork.hpp>

#include <array>
#include <cstring>
#include <stdexcept>

namespace bench {

namespace {

using Value = std::array<std::uint8_t, small_size>;

void echo_bytes(spork::Connection connection, std::size_t size) {
    std::vector<std::byte> message(size);
    try {
        for (;;) {
            connection.recv_bytes_into(message);
            connection.send_bytes(message);
        }
    } catch (const spork::EofError&) {
        // The other end has seen enough.
    }
}

void echo_values(spork::Connection connection) {
    try {
        for (;;) {
            connection.send(connection.recv<Value>());
        }
    } catch (const spork::EofError&) {
        // The other end has seen enough.
    }
}

/// A child with a connection to it.
class Echo {
public:
    template <class Target, class... Arguments>
    explicit Echo(Target target, Arguments... arguments) {
        auto [here, there] = spork::Pipe();
        process_ = spork::Process(target, there, arguments...);
        process_.start();
        connection_ = here;
    }
    Echo(const Echo&) = delete;
    Echo& operator=(const Echo&) = delete;
    ~Echo() {
        connection_.close();
        process_.join();
    }

    const spork::Connection& connection() const { return connection_; }

private:
    spork::Process process_;
    spork::Connection connection_;
};

/// A message that is another one each time, at both ends of it.
class Message {
public:
    explicit Message(std::size_t size) : bytes_(size) {}

    std::span<std::byte> next() {
        ++number_;
        write(0);
        write(bytes_.size() - sizeof number_);
        return bytes_;
    }

    /// Throws unless the bytes are those that next() gave last.
    void check() const {
        if (read(0) != number_ || read(bytes_.size() - sizeof number_) != number_) {
            throw std::runtime_error("an echo differs from what was sent");
        }
    }

private:
    void write(std::size_t at) { std::memcpy(bytes_.data() + at, &number_, sizeof number_); }
    std::uint64_t read(std::size_t at) const {
        std::uint64_t number;
        std::memcpy(&number, bytes_.data() + at, sizeof number);
        return number;
    }

    std::vector<std::byte> bytes_;
    std::uint64_t number_ = 0;
};

/// Round trips by `trip`, which leaves the echo where the message was.
template <class Trip>
Samples trips(int times, Message& message, Trip trip) {
    return repeat(times, [&] {
        trip(message.next());
        message.check();
    });
}

void spork_trip(const spork::Connection& connection, std::span<std::byte> message) {
    connection.send_bytes(message);
    if (connection.recv_bytes_into(message) != message.size()) {
        throw std::runtime_error("an echo has another size than what was sent");
    }
}

void compare_small(const Options& options, Report& report) {
    std::optional<kernel::SocketEcho> sockets;
    if (kernel::SocketEcho::available()) {
        sockets.emplace(small_size);
    }
    const Echo bytes(echo_bytes, small_size);
    const Echo values(echo_values);
    std::optional<BoostEcho> queues;
    if (BoostQueue::available()) {
        queues.emplace(small_size);
    }
    Message message(small_size);

    const int times = 1000;
    const std::vector<Side> sides{
        {"spork", times,
         [&](int n) { return trips(n, message, [&](auto all) { spork_trip(bytes.connection(), all); }); }},
        {"socketpair", times,
         [&](int n) { return sockets ? trips(n, message, [&](auto all) { sockets->round_trip(all); }) : Samples(); }},
        {"spork, as a value", times,
         [&](int n) {
             Value value{};
             return repeat(n, [&] {
                 ++value.front();
                 values.connection().send(value);
                 if (values.connection().recv<Value>() != value) {
                     throw std::runtime_error("an echo differs from the value sent");
                 }
             });
         }},
        {"Boost", times,
         [&](int n) { return queues ? trips(n, message, [&](auto all) { queues->round_trip(all); }) : Samples(); }},
    };
    const auto figures = take_turns(sides, options.quick ? 15 : 51);
    const std::string size = std::to_string(small_size);
    const auto foreign = take_turns({{"spork", times, sides[0].run},
                                     {"CPython", times, [&](int n) { return cpython("pipe", size, n); }},
                                     {"Qt", times, [&](int n) { return qt("pipe", size, n); }}},
                                    options.quick ? 3 : 7);

    const std::string job = "pipe round trip, 64 B";
    const auto row = [&](const std::string& what, const char* peer, auto own, auto other, Goal goal = {}) {
        report.rows.push_back({what, peer, "us", microseconds(own), microseconds(other), goal});
    };
    row(job, "socketpair", figures[0], figures[1], {Goal::Kind::ratio, 1});
    row(job + " as a value", "socketpair", figures[2], figures[1]);
    row(job, "Boost message_queue", figures[0], figures[3]);
    row(job, "CPython's Pipe", foreign[0], foreign[1]);
    row(job, "QLocalSocket", foreign[0], foreign[2]);
}

void grow_message(const Options& options, Report& report) {
    constexpr std::size_t kibibyte = 1024;
    std::vector<std::size_t> sizes{8, 512, 8 * kibibyte, 64 * kibibyte, 1024 * kibibyte, 16 * 1024 * kibibyte};
    if (!options.quick) {
        sizes = {8,
                 64,
                 512,
                 4 * kibibyte,
                 16 * kibibyte,
                 32 * kibibyte,
                 48 * kibibyte,
                 64 * kibibyte,
                 128 * kibibyte,
                 256 * kibibyte,
                 1024 * kibibyte,
                 4096 * kibibyte,
                 16 * 1024 * kibibyte};
    }
    Curve curve{"pipe round trip", "size of the message", "us", {}, {}, {{"spork", {}}, {"socketpair", {}}}};
    curve.note =
        "A payload of more than 48 KiB travels in a memory segment of its own, so that it too is sent whole or not at "
        "all:\n"
        "new pages for each message cost more than a socket's buffer, which a stream of bytes fills again and again.";
    for (std::size_t size : sizes) {
        std::optional<kernel::SocketEcho> sockets;
        if (kernel::SocketEcho::available()) {
            sockets.emplace(size);
        }
        const Echo echo(echo_bytes, size);
        Message message(size);
        // About the same time for each size.
        const int times = static_cast<int>(std::max<std::size_t>(3, 200 * kibibyte / (kibibyte + size)));
        const auto figures = take_turns(
            {{"spork", times,
              [&](int n) { return trips(n, message, [&](auto all) { spork_trip(echo.connection(), all); }); }},
             {"socketpair", times,
              [&](int n) {
                  return sockets ? trips(n, message, [&](auto all) { sockets->round_trip(all); }) : Samples();
              }}},
            options.quick ? 3 : 15);
        curve.at.push_back(static_cast<double>(size));
        curve.marks.push_back(bytes_text(size));
        for (std::size_t i = 0; i < figures.size(); ++i) {
            curve.lines[i].values.push_back(microseconds(figures[i]));
        }
    }
    report.curves.push_back(std::move(curve));
}

}  // namespace

void run_pipe(const Options& options, Report& report) {
    compare_small(options, report);
    grow_message(options, report);
}

}  // namespace bench
