// The queue: each message arrives once, in order, or not at all where its producer, or who took it, was killed; no chunk is
// lost, no queue too full, and nobody waits for ever, or for the end of a slice where nobody has died.

#include "models.hpp"
#include "queue_world.hpp"

#include <utility>

namespace model {

namespace {

constexpr std::uint64_t any_number = 0;

struct Limits {
    int kills = 0;
    int preemptions = Scenario::no_limit;
};

Scenario limited(Scenario scenario, Limits limits) {
    scenario.kills = limits.kills;
    scenario.preemptions = limits.preemptions;
    return scenario;
}

/// Who puts and gets without waiting.
void add_rings(std::vector<Scenario>& all) {
    all.push_back(queue_scenario("ring: 1 producer, 1 consumer", {puts(2, long_message), gets(2)}, any_number));

    all.push_back(limited(queue_scenario("ring: 2 producers fill a chunk, one is killed",
                                         {puts(1, short_message), puts(1, short_message), gets(2)}, any_number),
                          {.kills = 1, .preemptions = 2}));

    all.push_back(limited(queue_scenario("ring: 2 producers, 2 chunks, one is killed",
                                         {puts(1, long_message), puts(1, long_message), gets(2)}, any_number),
                          {.kills = 1, .preemptions = 2}));

    all.push_back(limited(queue_scenario("ring: 2 producers, 2 chunks, 2 are killed",
                                         {puts(1, long_message), puts(1, long_message), gets(2)}, any_number),
                          {.kills = 2, .preemptions = 1}));

    all.push_back(limited(
        queue_scenario("ring: 2 consumers, one is killed", {puts(2, long_message), gets(1), gets(1)}, any_number),
        {.kills = 1, .preemptions = 2}));

    all.push_back(limited(queue_scenario("ring: 2 consumers read in place, 2 are killed",
                                         {puts(2, huge_message), gets(1), gets(1)}, any_number),
                          {.kills = 2, .preemptions = 1}));

    all.push_back(limited(queue_scenario("ring: chunks are used again, one is killed",
                                         {puts(2, long_message), puts(1, long_message), gets(2)}, any_number),
                          {.kills = 1, .preemptions = 1}));

    all.push_back(
        limited(queue_scenario("ring: messages with handles, one is killed",
                               {puts(1, message_with_handle), puts(1, message_with_handle), gets(2)}, any_number),
                {.kills = 1, .preemptions = 1}));

    all.push_back(limited(queue_scenario("ring: 1 item at most, one is killed",
                                         {puts(1, long_message), puts(1, long_message), gets(2)}, 1),
                          {.kills = 1, .preemptions = 2}));
}

void add_waits(std::vector<Scenario>& all) {
    all.push_back(limited(queue_scenario("queue: a producer and a consumer wait for each other",
                                         {waits_to_put(2, short_message), waits_to_get(2)}, 1),
                          {.preemptions = 3}));

    all.push_back(
        limited(queue_scenario("queue: 2 producers wait",
                               {waits_to_put(1, long_message), waits_to_put(1, long_message), waits_to_get(2)}, 1),
                {.preemptions = 2}));

    all.push_back(limited(
        queue_scenario("queue: 2 consumers wait", {waits_to_put(2, long_message), waits_to_get(1), waits_to_get(1)}, 1),
        {.preemptions = 1}));

    all.push_back(limited(queue_scenario("queue: all leave, one is killed",
                                         {waits_to_put_and_leaves(2, short_message), waits_to_get_all()}, 1),
                          {.kills = 1, .preemptions = 2}));

    all.push_back(limited(
        queue_scenario("queue: all leave, 2 consumers, one is killed",
                       {waits_to_put_and_leaves(1, short_message), waits_to_get_all(), waits_to_get_all()}, any_number),
        {.kills = 1, .preemptions = 0}));

    // The dead one is buried before a producer finishes what it had begun, and finds the queue full then.
    all.push_back(
        limited(queue_scenario("queue: a dead producer's message comes late",
                               {waits_to_put(1, short_message), waits_to_put(1, short_message), waits_to_get(1)}, 1),
                {.kills = 1, .preemptions = 0}));
    all.back().early_slices = 1;
}

}  // namespace

std::vector<Scenario> queue_scenarios() {
    std::vector<Scenario> all;
    add_rings(all);
    add_waits(all);
    return all;
}

}  // namespace model
