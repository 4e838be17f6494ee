// The event: whoever waits when it is set goes on, whether it is cleared at once, or its setter is killed.

#include "mapping.hpp"
#include "models.hpp"
#include "word.hpp"

#include "event_state.hpp"

#include <mutex>
#include <utility>

namespace model {

namespace {

using spork::detail::EventKeeper;
using spork::detail::EventState;
using spork::detail::SleepLimit;
using spork::detail::WaitEnd;

struct World {
    EventState event;
};

Shared<World> world;
Mapping mapping;

EventKeeper keeper() noexcept {
    return {world->event, mapping};
}

void wait() {
    SleepLimit none;
    require(keeper().wait_for_flag(none) == WaitEnd::done, "a wait without limit ends");
}

void wait_in_time() {
    SleepLimit limit(std::chrono::seconds(1), {});
    static_cast<void>(keeper().wait_for_flag(limit));
}

void set() {
    keeper().set();
}

/// A setter that is killed when it has set the flag and called nobody.
void set_and_die() {
    EventKeeper own(world->event, mapping);
    own.lock();
    world->event.flag = 1;
    die();
}

/// Who came too late for the first time sees the flag later. Who came before it was set must not need that.
void set_and_clear() {
    EventKeeper own(world->event, mapping);
    std::uint32_t waiting = 0;
    {
        const std::lock_guard hold(own);
        waiting = world->event.room.waiting();
    }
    own.set();
    own.clear();
    if (waiting == 0) {
        own.set();
    }
}

/// Nobody waits, and whoever comes goes on.
void audit_set() {
    wait();
}

/// Who waits no more has no slot, and the flag does what it is told.
void audit() {
    set();
    wait();
    keeper().clear();
    require(world->event.flag == 0, "the flag is set, and was cleared last");
}

Scenario scenario(const char* name, std::vector<std::function<void()>> threads, std::function<void()> at_the_end) {
    Scenario made;
    made.name = name;
    made.memory = &*world;
    made.prepare = [] { world.make_anew(); };
    made.threads = std::move(threads);
    made.audit = std::move(at_the_end);
    return made;
}

}  // namespace

std::vector<Scenario> event_scenarios() {
    std::vector<Scenario> all;

    all.push_back(scenario("event: 2 processes wait, one sets", {wait, wait, set}, audit_set));
    all.back().preemptions = 3;

    all.push_back(scenario("event: set and cleared at once", {wait, set_and_clear}, audit));
    all.back().preemptions = 3;

    all.push_back(scenario("event: one of 2 setters is killed, or who waits", {wait, set, set}, audit_set));
    all.back().kills = 1;
    all.back().preemptions = 2;

    all.push_back(scenario("event: the setter is killed in the middle", {wait, wait, set_and_die}, audit_set));
    all.back().preemptions = 2;
    all.back().exact_wakes = false;

    all.push_back(scenario("event: who gives up, one is killed", {wait_in_time, set, set}, audit_set));
    all.back().kills = 1;
    all.back().jumps = 1;
    all.back().preemptions = 1;
    all.back().exact_wakes = false;
    return all;
}

}  // namespace model
