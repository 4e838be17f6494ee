// The lock: never two inside, the dead one's successor is told, and nobody waits for ever, or for the end of a slice where
// nobody has died.

#include "mapping.hpp"
#include "models.hpp"
#include "word.hpp"

#include "lock_word.hpp"

namespace model {

namespace {

using spork::detail::LockWord;
using spork::detail::SleepLimit;
using spork::detail::WaitEnd;

struct World {
    LockWord lock;
    Word inside;  ///< number of the thread that has begun what the lock protects, and not ended it; 0: nobody
};

Shared<World> world;
Mapping mapping;

/// What the lock protects.
void work() {
    const std::uint64_t before = world->inside.peek();
    require(before == 0 || was_killed(before - 1), "two processes have the lock");
    const bool abandoned = world->lock.abandoned();
    require(before == 0 || abandoned, "a successor is not told that the lock's holder died");
    if (abandoned) {
        world->lock.make_consistent();
    }
    world->inside.set(current_thread() + 1);
    step("is inside", nullptr);
    world->inside.set(0);
}

void lock_and_unlock() {
    world->lock.lock(mapping);
    work();
    require(world->lock.unlock(mapping), "the holder cannot free its lock");
}

void lock_in_time() {
    SleepLimit limit(std::chrono::seconds(1), {});
    if (world->lock.try_lock() || world->lock.wait(mapping, limit) == WaitEnd::done) {
        work();
        world->lock.unlock(mapping);
    }
}

void try_to_lock() {
    if (world->lock.try_lock() || world->lock.try_succeed()) {
        work();
        world->lock.unlock(mapping);
    }
}

template <class Body>
std::function<void()> times(int count, Body body) {
    return [count, body] {
        for (int i = 0; i < count; ++i) {
            forget_all_but(static_cast<std::uint64_t>(i));
            body();
        }
    };
}

Scenario scenario(const char* name, std::vector<std::function<void()>> threads) {
    Scenario made;
    made.name = name;
    made.memory = &*world;
    made.prepare = [] { world.make_anew(); };
    made.threads = std::move(threads);
    made.audit = lock_and_unlock;
    return made;
}

}  // namespace

std::vector<Scenario> lock_scenarios() {
    std::vector<Scenario> all;

    all.push_back(scenario("lock: 2 processes, 2 turns", {times(2, lock_and_unlock), times(2, lock_and_unlock)}));

    all.push_back(scenario("lock: 3 processes", {lock_and_unlock, lock_and_unlock, lock_and_unlock}));

    all.push_back(
        scenario("lock: 2 processes, 2 turns, one is killed", {times(2, lock_and_unlock), times(2, lock_and_unlock)}));
    all.back().kills = 1;

    all.push_back(scenario("lock: 3 processes, 2 are killed", {lock_and_unlock, lock_and_unlock, lock_and_unlock}));
    all.back().kills = 2;
    all.back().preemptions = 4;

    all.push_back(
        scenario("lock: who gives up, who only tries, one is killed", {lock_and_unlock, lock_in_time, try_to_lock}));
    all.back().kills = 1;
    all.back().jumps = 1;
    all.back().exact_wakes = false;
    all.back().preemptions = 3;

    all.push_back(
        scenario("lock: somebody waits for long, one is killed", {times(2, lock_and_unlock), lock_and_unlock}));
    all.back().kills = 1;
    all.back().jumps = 2;
    all.back().early_slices = 1;
    all.back().preemptions = 4;
    return all;
}

}  // namespace model
