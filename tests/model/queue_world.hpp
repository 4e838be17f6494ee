#pragma once

/// \file
/// A queue for models, what a process does with it, and what has to be true of it whoever is killed.

#include "explorer.hpp"

#include "queue_keeper.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace model {

/// Sizes of messages in words. Chunks have room for two short ones, or one long one; a huge one is read where it lies.
inline constexpr std::size_t message_with_handle = 1;
inline constexpr std::size_t short_message = 2;
inline constexpr std::size_t long_message = 3;
inline constexpr std::size_t huge_message = 4;

/// One process of a model as it uses the queue. What it puts and gets is remembered, and what may not be is complained of.
class QueueProcess {
public:
    using End = spork::detail::QueueKeeper::End;

    QueueProcess() noexcept;

    /// Without waiting. `number` is the message's among those of this process: they are put in this order.
    void put(std::size_t number, std::size_t words);
    bool get();

    /// As calls of a Queue do it: they wait, for ever or until the clock jumps.
    End wait_to_put(std::size_t number, std::size_t words, spork::detail::SleepLimit limit = {});
    End wait_to_get(spork::detail::SleepLimit limit = {});

    /// It will neither put nor get.
    void leave() noexcept { keeper_.leave(user_); }

private:
    void begin(std::uint64_t use) noexcept;

    spork::detail::QueueUser& user_;
    spork::detail::QueueRing ring_;
    spork::detail::QueueKeeper keeper_;
};

// What threads do, some messages one after the other.
std::function<void()> puts(std::size_t count, std::size_t words);
std::function<void()> gets(std::size_t count);
std::function<void()> waits_to_put(std::size_t count, std::size_t words);
std::function<void()> waits_to_get(std::size_t count);

/// The same, and the process leaves the queue then.
std::function<void()> waits_to_put_and_leaves(std::size_t count, std::size_t words);

/// Until nothing will come any more.
std::function<void()> waits_to_get_all();

/// A scenario of a queue of `most` items (0: any number), in a heap of 4 chunks. At its end one more process takes what is
/// left, uses the queue once more, and looks whether every chunk is in one place.
Scenario queue_scenario(const char* name, std::vector<std::function<void()>> threads, std::uint64_t most);

}  // namespace model
