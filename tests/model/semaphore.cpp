// The room, by way of the semaphore: units are neither lost nor doubled, whoever dies, and nobody waits for ever.

#include "mapping.hpp"
#include "models.hpp"
#include "word.hpp"

#include "semaphore_state.hpp"

namespace model {

namespace {

using spork::detail::SemaphoreKeeper;
using spork::detail::SemaphoreState;
using spork::detail::SleepLimit;
using spork::detail::WaitEnd;

constexpr std::uint64_t units = 1;

struct World {
    SemaphoreState semaphore;
    Word inside[4];  ///< 1: this thread has a unit, and has not begun to give it back
};

Shared<World> world;
Mapping mapping;

void use_a_unit() {
    Word& inside = world->inside[current_thread()];
    inside.set(1);
    std::uint64_t users = 0;
    for (std::size_t i = 0; i < std::size(world->inside); ++i) {
        users += was_killed(i) ? 0 : world->inside[i].peek();
    }
    require(users <= units, "a unit is had twice");
    step("has a unit", nullptr);
    inside.set(0);
    require(SemaphoreKeeper(world->semaphore, mapping).release(1), "a unit cannot be given back");
}

void take_and_give() {
    SleepLimit none;
    require(SemaphoreKeeper(world->semaphore, mapping).acquire(none) == WaitEnd::done, "a wait without limit ends");
    use_a_unit();
}

void take_in_time() {
    SleepLimit limit(std::chrono::seconds(1), {});
    if (SemaphoreKeeper(world->semaphore, mapping).acquire(limit) == WaitEnd::done) {
        use_a_unit();
    }
}

/// Takes all units there should be, and no more.
void audit() {
    SleepLimit none;
    SemaphoreKeeper keeper(world->semaphore, mapping);
    for (std::uint64_t i = 0; i < units; ++i) {
        require(keeper.acquire(none) == WaitEnd::done, "a unit is lost");
    }
    require(!keeper.try_acquire(true), "there is one unit too many");
}

Scenario scenario(const char* name, std::vector<std::function<void()>> threads) {
    Scenario made;
    made.name = name;
    made.memory = &*world;
    made.prepare = [] {
        world.make_anew();
        world->semaphore.value.set(units);
        world->semaphore.bound.set(units);
    };
    made.threads = std::move(threads);
    made.audit = audit;
    return made;
}

}  // namespace

std::vector<Scenario> semaphore_scenarios() {
    std::vector<Scenario> all;

    all.push_back(scenario("semaphore: 2 processes", {take_and_give, take_and_give}));

    all.push_back(scenario("semaphore: 3 processes", {take_and_give, take_and_give, take_and_give}));
    all.back().preemptions = 2;

    all.push_back(scenario("semaphore: 2 processes, one is killed", {take_and_give, take_and_give}));
    all.back().kills = 1;
    all.back().preemptions = 3;

    all.push_back(scenario("semaphore: 3 processes, one is killed", {take_and_give, take_and_give, take_and_give}));
    all.back().kills = 1;
    all.back().preemptions = 1;

    all.push_back(scenario("semaphore: who gives up, one is killed", {take_and_give, take_in_time}));
    all.back().kills = 1;
    all.back().jumps = 1;
    all.back().preemptions = 2;
    all.back().exact_wakes = false;
    return all;
}

}  // namespace model
