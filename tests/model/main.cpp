// Runs the scenarios, or those whose names begin with a word of the command line.

#include "models.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

int main(int argc, char** argv) {
    std::vector<model::Scenario> scenarios;
    for (const auto subject : {model::lock_scenarios, model::brief_lock_scenarios, model::semaphore_scenarios,
                               model::condition_scenarios, model::event_scenarios, model::barrier_scenarios,
                               model::queue_scenarios}) {
        for (model::Scenario& scenario : subject()) {
            scenarios.push_back(std::move(scenario));
        }
    }
    int failures = 0;
    int explored = 0;
    for (const model::Scenario& scenario : scenarios) {
        const bool wanted = argc < 2 || std::any_of(argv + 1, argv + argc,
                                                    [&](const char* word) { return scenario.name.starts_with(word); });
        if (!wanted) {
            continue;
        }
        ++explored;
        const model::Outcome outcome = model::explore(scenario);
        std::printf("%-60s %8zu states %8zu runs %6zu ends\n", scenario.name.c_str(), outcome.states, outcome.runs,
                    outcome.ends);
        if (!outcome.complaint.empty()) {
            std::printf("FAIL! %s\n", outcome.complaint.c_str());
            ++failures;
        }
        std::fflush(stdout);
    }
    if (explored == 0) {
        std::puts("no scenario has such a name");
        return 1;
    }
    return std::min(failures, 100);
}
