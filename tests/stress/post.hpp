#pragma once

/// \file
/// Queues for the storm of kills: workers that put and take, any of which may be killed at any instant, and the books
/// that show afterwards whether an item was lost, came twice, or came out of order.

#include <spork/spork.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace stress {

constexpr int workers = 6;

/// Which item it is: of all items of a worker, whichever queue it goes through, each has a number of its own.
struct Stamp {
    int producer = 0;
    std::int64_t number = 0;
};

/// Of any size, and the same byte all over.
struct Parcel {
    Stamp stamp;
    std::vector<std::uint8_t> content;
};

/// With a handle.
struct Letter {
    Stamp stamp;
    spork::Event sealed;
};

/// What one worker and its predecessors have done, written by itself alone.
struct PostBook {
    std::int64_t numbers = 0;  ///< used so far
    std::int64_t putting = 0;  ///< is in a put, or has not entered it yet
    std::int64_t taking = 0;   ///< is in a get, or has not entered the item yet
    std::int64_t letter = 0;   ///< what it is about is a letter
    std::array<std::int64_t, workers> last_parcel{};
    std::array<std::int64_t, workers> last_letter{};
};

struct Post {
    static constexpr std::int64_t most = 4'000'000;  ///< numbers of one worker

    spork::Queue<Parcel> parcels{32};
    spork::Queue<Letter> letters;
    spork::JoinableQueue<int> tasks;
    spork::RawArray<PostBook> books{workers};
    spork::RawArray<std::uint8_t> sent = spork::RawArray<std::uint8_t>(workers * most);
    spork::RawArray<std::atomic<std::uint8_t>> arrived = spork::RawArray<std::atomic<std::uint8_t>>(workers * most);
    spork::RawValue<std::atomic<std::int64_t>> disorder;
};

/// One thing that a worker does with a queue; which one is chance.
void use_post(Post& post, int worker, unsigned chance);

/// What killed workers had in their hands: so many items may have gone with them, and so many may have arrived of which
/// the books do not know that they were put.
struct InTheirHands {
    std::int64_t taken = 0;
    std::int64_t put = 0;
    std::int64_t letters = 0;  ///< of both

    /// To be called after the worker is dead and before its successor starts.
    void add(const Post& post, int worker);
};

struct PostDamage {
    int hung = 0;
    std::int64_t lost = 0;
    std::int64_t duplicated = 0;
};

/// Takes what is left in the queues, and reads the books. All workers have ended.
PostDamage settle(Post& post, const InTheirHands& hands, spork::Timeout patience);

}  // namespace stress
