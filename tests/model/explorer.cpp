#include "explorer.hpp"

#include "arena.hpp"
#include "exploration.hpp"

namespace model {

Outcome explore(const Scenario& scenario) {
    return Exploration(scenario).explore();
}

std::size_t current_thread() noexcept {
    return exploration ? exploration->current() : outside;
}

bool was_killed(std::size_t thread) noexcept {
    return exploration->thread(thread).status == Status::killed;
}

std::size_t choose(std::size_t count) noexcept {
    const NoArena outside_of_the_model;
    return exploration->choose(count);
}

void step(const char* what, const void* where) noexcept {
    if (current_thread() != outside) {
        exploration->step(what, where);
    }
}

void learn(std::uint64_t result) noexcept {
    if (current_thread() != outside) {
        exploration->learn(result);
    }
}

void forget_all_but(std::uint64_t what) noexcept {
    exploration->forget_all_but(what);
}

void memory_changed(const void* where, std::uint64_t from, std::uint64_t to) noexcept {
    if (exploration) {
        exploration->memory_changed(where, from, to);
    }
}

void sleep_on(const void* where) noexcept {
    exploration->sleep_on(where, Status::asleep);
}

void nap_on(const void* where) noexcept {
    exploration->sleep_on(where, Status::napping);
}

void wake_one(const void* where) noexcept {
    exploration->wake_one(where);
}

void die() noexcept {
    exploration->die();
}

void require(bool condition, const char* complaint) noexcept {
    if (!condition) {
        exploration->fail(complaint);
    }
}

Clock::time_point Clock::now() noexcept {
    constexpr std::chrono::hours far{24 * 3652};
    return time_point(far * exploration->jump());
}

}  // namespace model
