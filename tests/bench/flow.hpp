#pragma once

/// \file
/// Messages that flow through a channel, from so many producing processes to so many consuming ones.
///
/// A channel can be sent to a child. There it is opened: Port(channel, size) has bytes(), the message, which put() puts
/// and into which take() takes the next one.

#include "measure.hpp"
#include "stamp.hpp"

#include <spork/spork.hpp>

#include <cstdint>
#include <stdexcept>
#include <vector>

namespace bench {

struct Flow {
    int producers = 1;
    int consumers = 1;
    std::int64_t messages = 0;  ///< of each producer
    std::size_t size = 0;

    /// All consumers take equally many.
    std::int64_t share() const { return messages * producers / consumers; }
};

/// What the processes of a flow have in common.
struct FlowGates {
    spork::Barrier begin;
    spork::Barrier end;
    spork::RawArray<std::uint64_t> sums;  ///< of the stamps that each consumer took
};

template <class Channel>
void produce(Channel channel, FlowGates gates, Flow flow, int producer) {
    typename Channel::Port port(channel, flow.size);
    gates.begin.wait();
    for (std::int64_t i = 0; i < flow.messages; ++i) {
        Stamp(producer, i).write(port.bytes());
        port.put();
    }
    gates.end.wait();
}

/// Throws when the messages of a producer come in another order than it put them.
template <class Channel>
void consume(Channel channel, FlowGates gates, Flow flow, int consumer) {
    typename Channel::Port port(channel, flow.size);
    std::vector<std::int64_t> next(static_cast<std::size_t>(flow.producers));
    std::uint64_t sum = 0;
    gates.begin.wait();
    for (std::int64_t i = 0; i < flow.share(); ++i) {
        port.take();
        const Stamp stamp = Stamp::read(port.bytes());
        std::int64_t& expected = next.at(static_cast<std::size_t>(stamp.producer()));
        if (stamp.number() < expected) {
            throw std::runtime_error("a channel gave a message twice or out of order");
        }
        expected = stamp.number() + 1;
        sum += stamp.word();
    }
    gates.sums[static_cast<std::size_t>(consumer)] = sum;
    gates.end.wait();
}

/// Throws unless what was taken is what was put.
inline void check_sums(const Flow& flow, const FlowGates& gates) {
    std::uint64_t wanted = 0;
    for (int producer = 0; producer < flow.producers; ++producer) {
        for (std::int64_t i = 0; i < flow.messages; ++i) {
            wanted += Stamp(producer, i).word();
        }
    }
    for (const std::uint64_t sum : gates.sums) {
        wanted -= sum;
    }
    if (wanted != 0) {
        throw std::runtime_error("a channel lost a message or gave one twice");
    }
}

/// Seconds from one message to the next, when everybody is as fast as they can.
template <class Channel>
double seconds_of_message(const Channel& channel, const Flow& flow) {
    const int processes = flow.producers + flow.consumers;
    const FlowGates gates{spork::Barrier(processes + 1), spork::Barrier(processes + 1),
                          spork::RawArray<std::uint64_t>(flow.consumers)};
    std::vector<spork::Process> children;
    for (int producer = 0; producer < flow.producers; ++producer) {
        children.emplace_back(produce<Channel>, channel, gates, flow, producer).start();
    }
    for (int consumer = 0; consumer < flow.consumers; ++consumer) {
        children.emplace_back(consume<Channel>, channel, gates, flow, consumer).start();
    }
    gates.begin.wait();
    const double all = seconds([&gates] { gates.end.wait(); });
    for (spork::Process& child : children) {
        child.join();
        if (child.exitcode() != 0) {
            throw std::runtime_error("a process at a channel failed");
        }
    }
    check_sums(flow, gates);
    return all / static_cast<double>(flow.messages * flow.producers);
}

/// Seconds that this process alone takes to put a message and take one, when so many others are there.
template <class Channel>
double seconds_alone(const Channel& channel, std::size_t size, std::int64_t others, std::int64_t times) {
    typename Channel::Port port(channel, size);
    const auto put = [&port](std::int64_t number) {
        Stamp(0, number).write(port.bytes());
        port.put();
    };
    const auto take = [&port](std::int64_t number) {
        port.take();
        if (Stamp::read(port.bytes()).number() != number) {
            throw std::runtime_error("a channel lost a message or gave one out of order");
        }
    };
    for (std::int64_t i = 0; i < others; ++i) {
        put(i);
    }
    const double all = seconds([&] {
        for (std::int64_t i = 0; i < times; ++i) {
            put(others + i);
            take(i);
        }
    });
    for (std::int64_t i = 0; i < others; ++i) {
        take(times + i);
    }
    return all / static_cast<double>(times);
}

}  // namespace bench
