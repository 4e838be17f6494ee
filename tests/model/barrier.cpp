// The barrier: all parties of a round pass or none, and nobody waits for one that was killed, before it came or after.

#include "mapping.hpp"
#include "models.hpp"
#include "word.hpp"

#include "barrier_state.hpp"

#include <utility>

namespace model {

namespace {

using spork::detail::BarrierKeeper;
using spork::detail::BarrierState;
using spork::detail::ProcessCount;
using spork::detail::SleepLimit;
using End = BarrierKeeper::End;

constexpr std::size_t most_parties = 3;

struct World {
    BarrierState barrier;
    Word came[most_parties];    ///< how often this one has gone to the barrier
    Word passed[most_parties];  ///< how often it has passed
    Word broken[most_parties];  ///< 1: it was told that the barrier is broken
    Word numbers;               ///< a bit for each that was given out in the first round
};

Shared<World> world;
Mapping mapping;

BarrierKeeper keeper() noexcept {
    return {world->barrier, mapping};
}

/// Every one is a member from the start. That each becomes one by itself has its own scenario.
void prepare(std::size_t parties) {
    world.make_anew();
    world->barrier.parties.set(parties);
    auto* const members = reinterpret_cast<ProcessCount*>(&world->barrier.members);
    for (std::size_t i = 0; i < parties; ++i) {
        members[i].owner.set(spork::detail::packed({static_cast<std::uint32_t>(i) + 1, 1}));
        members[i].count.set(1);
    }
}

/// When one has passed its n-th round, every party has come to it, and none has been told that this round is broken.
void require_all_came(std::uint64_t round) {
    for (std::size_t i = 0; i < world->barrier.parties.peek(); ++i) {
        require(world->came[i].peek() >= round, "one has passed before all came");
    }
}

/// False when the barrier is broken.
bool meet(SleepLimit limit) {
    Word& passed = world->passed[current_thread()];
    Word& came = world->came[current_thread()];
    came.set(came.peek() + 1);
    int number = -1;
    if (keeper().wait_for_round({}, limit, number) != End::passed) {
        world->broken[current_thread()].set(1);
        return false;
    }
    require(number >= 0 && number < static_cast<int>(world->barrier.parties.peek()), "a number that nobody has");
    passed.set(passed.peek() + 1);
    require_all_came(passed.peek());
    if (passed.peek() == 1) {
        const std::uint64_t bit = std::uint64_t{1} << number;
        require((world->numbers.peek() & bit) == 0, "two have the same number");
        world->numbers.set(world->numbers.peek() | bit);
    }
    return true;
}

void meet_once() {
    meet(SleepLimit());
}

void meet_and_end() {
    meet(SleepLimit());
    keeper().quit();
}

void meet_twice() {
    require(meet(SleepLimit()) && meet(SleepLimit()), "a barrier breaks though nobody died");
}

void meet_in_time() {
    meet(SleepLimit(std::chrono::seconds(1), {}));
}

/// For one round: when one party has passed, no survivor was told otherwise.
void audit_round() {
    bool passed = false;
    bool broken = false;
    for (std::size_t i = 0; i < world->barrier.parties.peek(); ++i) {
        passed = passed || world->passed[i].peek() != 0;
        broken = broken || world->broken[i].peek() != 0;
    }
    require(!passed || !broken, "some parties passed, and others were told that the barrier is broken");
    keeper().break_round(true);
    require(world->barrier.broken == 0 && world->barrier.closing == 0, "a barrier that was reset is broken");
    require(world->barrier.room.waiting() == 0, "somebody has gone and waits still");
}

void audit_all_passed() {
    audit_round();
    for (std::size_t i = 0; i < world->barrier.parties.peek(); ++i) {
        require(world->broken[i].peek() == 0, "a barrier breaks though nobody died");
    }
}

Scenario scenario(const char* name, std::vector<std::function<void()>> threads, std::function<void()> audit) {
    Scenario made;
    made.name = name;
    made.memory = &*world;
    made.prepare = [parties = threads.size()] { prepare(parties); };
    made.threads = std::move(threads);
    made.audit = std::move(audit);
    return made;
}

}  // namespace

std::vector<Scenario> barrier_scenarios() {
    std::vector<Scenario> all;

    all.push_back(scenario("barrier: 2 parties", {meet_once, meet_once}, audit_all_passed));
    all.back().preemptions = 4;

    all.push_back(scenario("barrier: 2 parties end", {meet_and_end, meet_and_end}, audit_all_passed));
    all.back().preemptions = 2;

    all.push_back(scenario("barrier: 3 parties", {meet_once, meet_once, meet_once}, audit_all_passed));
    all.back().preemptions = 1;

    all.push_back(scenario("barrier: 2 parties, 2 rounds", {meet_twice, meet_twice}, audit_all_passed));
    all.back().preemptions = 2;

    all.push_back(scenario("barrier: 2 parties, one is killed", {meet_once, meet_once}, audit_round));
    all.back().kills = 1;
    all.back().preemptions = 2;

    all.push_back(scenario("barrier: 3 parties, one is killed", {meet_once, meet_once, meet_once}, audit_round));
    all.back().kills = 1;
    all.back().preemptions = 1;

    all.push_back(scenario("barrier: one gives up", {meet_once, meet_in_time}, audit_round));
    all.back().jumps = 1;
    all.back().preemptions = 2;
    all.back().exact_wakes = false;
    return all;
}

}  // namespace model
