#pragma once

/// \file
/// The channels of flow.hpp: spork's queue, Boost.Interprocess's message_queue, and a bare ring in shared memory.

#include <spork/spork.hpp>

#include <boost/interprocess/ipc/message_queue.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

constexpr std::size_t small_size = 64;

using SmallItem = std::array<std::byte, small_size>;
using LongItem = std::vector<std::byte>;

template <class Item>
struct SporkChannel {
    spork::Queue<Item> queue;

    class Port {
    public:
        Port(const SporkChannel& channel, std::size_t size) : queue_(channel.queue) {
            if constexpr (requires { item_.resize(size); }) {
                item_.resize(size);
            }
        }
        std::span<std::byte> bytes() { return item_; }
        void put() { queue_.put(item_); }
        void take() { item_ = queue_.get(); }

    private:
        spork::Queue<Item> queue_;
        Item item_{};
    };
};

/// It is known by its name.
struct BoostChannel {
    std::string name;

    class Port {
    public:
        Port(const BoostChannel& channel, std::size_t size)
            : queue_(boost::interprocess::open_only, channel.name.c_str()), message_(size) {}
        std::span<std::byte> bytes() { return message_; }
        void put() { queue_.send(message_.data(), message_.size(), 0); }
        void take() {
            boost::interprocess::message_queue::size_type size = 0;
            unsigned priority = 0;
            queue_.receive(message_.data(), message_.size(), size, priority);
            if (size != message_.size()) {
                throw std::runtime_error("a message_queue gave another size than was sent");
            }
        }

    private:
        boost::interprocess::message_queue queue_;
        std::vector<std::byte> message_;
    };
};

/// A message_queue for as long as this lives.
class BoostQueue {
public:
    /// Boost asks Windows when it was started, which Wine does not tell.
    static bool available() {
        try {
            const BoostQueue queue(1, small_size);
            return true;
        } catch (const boost::interprocess::interprocess_exception&) {
            return false;
        }
    }

    BoostQueue(std::size_t capacity, std::size_t size)
        : channel_{"spork-bench-" + std::to_string(*spork::current_process().pid())},
          queue_(std::in_place, boost::interprocess::create_only, channel_.name.c_str(), capacity, size) {}
    BoostQueue(const BoostQueue&) = delete;
    BoostQueue& operator=(const BoostQueue&) = delete;
    ~BoostQueue() {
        queue_.reset();
        boost::interprocess::message_queue::remove(channel_.name.c_str());
    }

    const BoostChannel& channel() const { return channel_; }

private:
    BoostChannel channel_;
    std::optional<boost::interprocess::message_queue> queue_;
};

/// What two processes could do at best that never sleep, never die, and have messages of one size: nothing but the
/// bytes goes from one to the other, and where each of them is.
struct RingChannel {
    static constexpr std::size_t capacity = 1024;  // messages

    struct Ring {
        alignas(64) std::atomic<std::uint64_t> put{0};
        alignas(64) std::atomic<std::uint64_t> taken{0};
        alignas(64) std::array<SmallItem, capacity> slots{};
    };

    spork::RawValue<Ring> ring;

    class Port {
    public:
        Port(const RingChannel& channel, std::size_t) : memory_(channel.ring), ring_(memory_.get_obj()) {}
        std::span<std::byte> bytes() { return message_; }
        void put() {
            while (own_ - other_ == capacity) {
                other_ = ring_.taken.load(std::memory_order_acquire);
            }
            ring_.slots[own_ % capacity] = message_;
            ring_.put.store(++own_, std::memory_order_release);
        }
        void take() {
            while (own_ == other_) {
                other_ = ring_.put.load(std::memory_order_acquire);
            }
            message_ = ring_.slots[own_ % capacity];
            ring_.taken.store(++own_, std::memory_order_release);
        }

    private:
        spork::RawValue<Ring> memory_;
        Ring& ring_;
        SmallItem message_{};
        std::uint64_t own_ = 0;    // messages that went through this port
        std::uint64_t other_ = 0;  // those that the other one was seen to have dealt with
    };
};

}  // namespace bench
