#pragma once

/// \file
/// Fair comparison on a machine that others use too: the sides take turns, and medians are compared.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bench {

/// Seconds of each repetition.
using Samples = std::vector<double>;

/// One side of a comparison.
struct Side {
    std::string name;
    int repetitions;                  ///< in each round
    std::function<Samples(int)> run;  ///< does the work so many times, checks it, and throws when it went wrong
};

/// Lets the sides take turns for `rounds` rounds. Of each side the median of its rounds' medians; a side whose run gives
/// no sample (a peer that this machine lacks) is empty.
std::vector<std::optional<double>> take_turns(const std::vector<Side>& sides, int rounds);

double median(Samples samples);

std::optional<double> microseconds(std::optional<double> seconds);

/// The seconds that `work` takes.
template <class Work>
double seconds(Work&& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// The seconds of each of `times` calls.
template <class Work>
Samples repeat(int times, Work&& work) {
    Samples samples;
    for (int i = 0; i < times; ++i) {
        samples.push_back(seconds(work));
    }
    return samples;
}

}  // namespace bench
