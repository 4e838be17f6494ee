#include "scale.hpp"

#include "support/limits.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace stress {

namespace {

unsigned seed_of_this_run() {
    const char* const wanted = std::getenv("SPORK_SEED");
    const unsigned seed = wanted ? static_cast<unsigned>(std::stoul(wanted)) : std::random_device()();
    std::fprintf(stderr, "stress: SPORK_SEED=%u\n", seed);
    return seed;
}

}  // namespace

int scaled(int count) {
    const char* const factor = std::getenv("SPORK_STRESS");
    return std::max(1, count * (factor ? std::atoi(factor) : 1) / SPORK_STRESS_DIVISOR);
}

std::chrono::seconds patience() {
    const char* const seconds = std::getenv("SPORK_PATIENCE");
    return seconds ? std::chrono::seconds(std::atoi(seconds)) : support::limit;
}

std::mt19937& chance() {
    static std::mt19937 generator(seed_of_this_run());
    return generator;
}

std::chrono::microseconds some_time(std::chrono::microseconds longest) {
    const double share = std::uniform_real_distribution<double>(0, 1)(chance());
    return std::chrono::microseconds(std::lround(static_cast<double>(longest.count()) * share * share));
}

void pass(std::chrono::microseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
    }
}

}  // namespace stress
