/// \file
/// Messages through a Queue, as fast as everybody can.

#include "channels.hpp"
#include "flow.hpp"
#include "foreign.hpp"
#include "job.hpp"
#include "kernel.hpp"
#include "measure.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace bench {

namespace {

constexpr std::size_t kibibyte = 1024;
constexpr std::size_t mebibyte = 1024 * kibibyte;
constexpr std::size_t capacity = 1024;  // messages, of those queues that want to know it

std::optional<double> nanoseconds(std::optional<double> seconds) {
    return seconds ? std::optional(*seconds * 1e9) : std::nullopt;
}

/// One figure of each round.
Side once(const std::string& name, std::function<double()> run) {
    return {name, 1, [run = std::move(run)](int) { return Samples{run()}; }};
}

/// The same of a peer that this machine may lack.
Side boost_side(std::function<double()> run) {
    static const bool available = BoostQueue::available();
    return available ? once("Boost", std::move(run)) : Side{"Boost", 1, [](int) { return Samples(); }};
}

Side kernel_stream(const std::string& stream, std::size_t size, int messages) {
    return {stream, 1, [=](int) {
                const auto figure = kernel::seconds_of_message(stream, size, messages);
                return figure ? Samples{*figure} : Samples();
            }};
}

Side cpython_queue(std::size_t size, int messages) {
    return {"CPython", 1,
            [=](int times) { return cpython("queue", std::to_string(size) + "x" + std::to_string(messages), times); }};
}

double spork_small(const Flow& flow, std::int64_t most = 0) {
    return seconds_of_message(SporkChannel<SmallItem>{spork::Queue<SmallItem>(most)}, flow);
}

double boost_queue(const Flow& flow, std::size_t room = capacity) {
    const BoostQueue queue(room, flow.size);
    return seconds_of_message(queue.channel(), flow);
}

void compare_small(const Options& options, Report& report) {
    const int scale = options.quick ? 1 : 4;
    const Flow flow{1, 1, 100'000 * scale, small_size};
    const Flow ring_flow{1, 1, 1'000'000 * scale, small_size};
    const auto figures =
        take_turns({once("spork", [&] { return spork_small(flow); }), boost_side([&] { return boost_queue(flow); }),
                    once("spork, bounded", [&] { return spork_small(flow, capacity); }),
                    kernel_stream(kernel::queue_name, small_size, 25'000 * scale),
                    once("ring", [&] { return seconds_of_message(RingChannel(), ring_flow); })},
                   options.quick ? 7 : 31);
    const auto foreign = take_turns(
        {once("spork", [&] { return spork_small(flow); }), cpython_queue(small_size, 20'000)}, options.quick ? 3 : 7);

    const std::string job = "queue, 64 B, one to one";
    const auto row = [&](const std::string& what, const std::string& peer, auto own, auto other, Goal goal = {}) {
        report.rows.push_back({what, peer, "ns", nanoseconds(own), nanoseconds(other), goal});
    };
    row(job, "Boost message_queue", figures[0], figures[1], {Goal::Kind::ratio, 1 / 3.0});
    row(job, "CPython's Queue", foreign[0], foreign[1], {Goal::Kind::ratio, 1 / 50.0});
    row(job, kernel::queue_name, figures[0], figures[3]);
    row(job, "a spinning ring in shared memory", figures[0], figures[4]);
    row(job + ", room for 1024", "Boost message_queue", figures[2], figures[1]);
}

void compare_many(const Options& options, Report& report) {
    for (const int side : {2, 4}) {
        const Flow flow{side, side, (options.quick ? 100'000 : 400'000) / side, small_size};
        const auto figures = take_turns(
            {once("spork", [&] { return spork_small(flow); }), boost_side([&] { return boost_queue(flow); })},
            options.quick ? 5 : 21);
        const std::string number = std::to_string(side);
        report.rows.push_back({"queue, 64 B, " + number + " to " + number,
                               "Boost message_queue",
                               "ns",
                               nanoseconds(figures[0]),
                               nanoseconds(figures[1]),
                               {Goal::Kind::ratio, 1 / 2.0}});
    }
}

double spork_long(const Flow& flow, std::int64_t most) {
    return seconds_of_message(SporkChannel<LongItem>{spork::Queue<LongItem>(most)}, flow);
}

/// Seconds of one copy, of so many.
double copy(std::size_t size, int times) {
    LongItem from(size);
    LongItem to(size);
    const double all = seconds([&] {
        for (int i = 0; i < times; ++i) {
            Stamp(0, i).write(from);
            std::memcpy(to.data(), from.data(), size);
            if (Stamp::read(to).number() != i) {
                throw std::runtime_error("memcpy lost its message");
            }
        }
    });
    return all / times;
}

void compare_long(const Options& options, Report& report) {
    constexpr std::size_t size = mebibyte;
    constexpr std::int64_t room = 8;
    const int messages = options.quick ? 200 : 800;
    const Flow flow{1, 1, messages, size};
    const auto figures = take_turns(
        {once("spork", [&] { return spork_long(flow, room); }), once("memcpy", [&] { return copy(size, messages); }),
         kernel_stream(kernel::pipe_name, size, messages), cpython_queue(size, messages / 4),
         once("spork, no bound", [&] { return spork_long(flow, 0); })},
        options.quick ? 5 : 15);
    const std::string job = "queue, 1 MiB, one to one";
    const auto row = [&](const std::string& what, const std::string& peer, std::size_t own, std::size_t other,
                         Goal goal = {}) {
        report.rows.push_back({what, peer, "us", microseconds(figures[own]), microseconds(figures[other]), goal});
    };
    row(job + ", room for 8", "memcpy", 0, 1, {Goal::Kind::ratio, 1 / 0.4});
    row(job + ", room for 8", kernel::pipe_name, 0, 2);
    row(job + ", room for 8", "CPython's Queue", 0, 3, {Goal::Kind::ratio, 1 / 8.0});
    row(job, "memcpy", 4, 1);
    row(job, "CPython's Queue", 4, 3);
}

void add_point(Curve& curve, double at, const std::string& mark, const std::vector<std::optional<double>>& values) {
    curve.at.push_back(at);
    curve.marks.push_back(mark);
    for (std::size_t i = 0; i < values.size(); ++i) {
        curve.lines[i].values.push_back(values[i]);
    }
}

void grow_item(const Options& options, Report& report) {
    std::vector<std::size_t> sizes{8, 512, 16 * kibibyte, mebibyte, 16 * mebibyte};
    if (!options.quick) {
        sizes = {8,
                 64,
                 512,
                 4 * kibibyte,
                 8 * kibibyte,
                 16 * kibibyte,
                 24 * kibibyte,
                 64 * kibibyte,
                 256 * kibibyte,
                 mebibyte,
                 4 * mebibyte,
                 16 * mebibyte};
    }
    Curve curve{"queue, one to one", "size of the item", "us an item", {}, {}, {}};
    curve.lines = {{"spork", {}}, {"Boost message_queue", {}}, {kernel::pipe_name, {}}};
    curve.note =
        "Room for 64 MiB, and 4 to 1024 items. An item of more than 16 KiB is not copied out under the lock: it is\n"
        "read where it lies, in memory of its own.";
    for (const std::size_t size : sizes) {
        const std::size_t room = std::clamp<std::size_t>(64 * mebibyte / size, 4, capacity);
        // About the same time for each size.
        const auto messages =
            static_cast<std::int64_t>(std::max<std::size_t>(16, 400 * mebibyte / (4 * kibibyte + size)));
        const Flow flow{1, 1, messages, size};
        const auto figures =
            take_turns({once("spork", [&] { return spork_long(flow, static_cast<std::int64_t>(room)); }),
                        boost_side([&] { return boost_queue(flow, room); }),
                        kernel_stream(kernel::pipe_name, size, static_cast<int>(messages))},
                       options.quick ? 3 : 9);
        add_point(curve, static_cast<double>(size), bytes_text(size),
                  {microseconds(figures[0]), microseconds(figures[1]), microseconds(figures[2])});
    }
    report.curves.push_back(std::move(curve));
}

void grow_crowd(const Options& options, Report& report) {
    const std::vector<int> counts = options.quick ? std::vector{1, 2, 4, 16} : std::vector{1, 2, 4, 8, 16, 32, 64};
    const int all = options.quick ? 100'000 : 400'000;
    Curve curve{"queue, 64 B", "processes, one half puts, the other takes", "ns an item", {}, {}, {}};
    curve.lines = {{"spork", {}}, {"Boost message_queue", {}}};
    curve.note = "One process puts and takes in turn.";
    for (const int count : counts) {
        const int half = std::max(1, count / 2);
        const Flow flow{half, half, all / half, small_size};
        const auto with_spork = [&] {
            const SporkChannel<SmallItem> channel;
            return count == 1 ? seconds_alone(channel, small_size, 0, all) : seconds_of_message(channel, flow);
        };
        const auto with_boost = [&] {
            const BoostQueue queue(capacity, small_size);
            return count == 1 ? seconds_alone(queue.channel(), small_size, 0, all)
                              : seconds_of_message(queue.channel(), flow);
        };
        const auto figures = take_turns({once("spork", with_spork), boost_side(with_boost)}, options.quick ? 3 : 9);
        add_point(curve, count, std::to_string(count), {nanoseconds(figures[0]), nanoseconds(figures[1])});
    }
    report.curves.push_back(std::move(curve));
}

void grow_backlog(const Options& options, Report& report) {
    const std::vector<int> counts =
        options.quick ? std::vector{1, 1000, 100'000} : std::vector{1, 10, 100, 1000, 10'000, 30'000, 100'000};
    const int times = options.quick ? 50'000 : 200'000;
    Curve curve{"queue, 64 B, put and get by one process", "items in the queue", "ns", {}, {}, {}};
    curve.lines = {{"spork", {}}, {"Boost message_queue", {}}};
    for (const int count : counts) {
        const auto with_spork = [&] { return seconds_alone(SporkChannel<SmallItem>(), small_size, count, times); };
        const auto with_boost = [&] {
            const BoostQueue queue(static_cast<std::size_t>(count) + 1, small_size);
            return seconds_alone(queue.channel(), small_size, count, times);
        };
        const auto figures = take_turns({once("spork", with_spork), boost_side(with_boost)}, options.quick ? 3 : 9);
        add_point(curve, count, std::to_string(count), {nanoseconds(figures[0]), nanoseconds(figures[1])});
    }
    report.curves.push_back(std::move(curve));
}

}  // namespace

void run_queue(const Options& options, Report& report) {
    compare_small(options, report);
    compare_many(options, report);
    compare_long(options, report);
    grow_item(options, report);
    grow_crowd(options, report);
    grow_backlog(options, report);
}

}  // namespace bench
