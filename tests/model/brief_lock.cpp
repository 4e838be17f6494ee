// The brief lock: never two inside, and whoever comes after a dead holder is told, also when the one that was told before it
// has died in its turn.

#include "mapping.hpp"
#include "models.hpp"
#include "word.hpp"

#include "brief_lock.hpp"

namespace model {

namespace {

struct World {
    spork::detail::BriefLock lock;
    Word inside;  ///< number of the thread that has begun what the lock protects, and not ended it; 0: nobody
};

Shared<World> world;
Mapping mapping;

void lock_and_unlock() {
    const bool succeeded = world->lock.lock(mapping);
    const std::uint64_t before = world->inside.peek();
    require(before == 0 || was_killed(before - 1), "two processes have the lock");
    require(before == 0 || succeeded, "a successor is not told that the lock's holder died");
    world->inside.set(current_thread() + 1);
    step("is inside", nullptr);
    world->inside.set(0);
    world->lock.unlock();
}

void twice() {
    for (std::uint64_t i = 0; i < 2; ++i) {
        forget_all_but(i);
        lock_and_unlock();
    }
}

Scenario scenario(const char* name, std::vector<std::function<void()>> threads, int kills) {
    Scenario made;
    made.name = name;
    made.memory = &*world;
    made.prepare = [] { world.make_anew(); };
    made.threads = std::move(threads);
    made.audit = lock_and_unlock;
    made.kills = kills;
    made.exact_wakes = false;  // nobody is woken: all nap
    return made;
}

}  // namespace

std::vector<Scenario> brief_lock_scenarios() {
    std::vector<Scenario> all;
    all.push_back(scenario("brief lock: 2 processes, 2 turns, one is killed", {twice, twice}, 1));
    all.push_back(
        scenario("brief lock: 3 processes, 2 are killed", {lock_and_unlock, lock_and_unlock, lock_and_unlock}, 2));
    all.push_back(scenario("brief lock: a slice ends early", {twice, lock_and_unlock}, 1));
    all.back().early_slices = 1;
    return all;
}

}  // namespace model
