#include "measure.hpp"

#include <algorithm>

namespace bench {

double median(Samples samples) {
    const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
    std::nth_element(samples.begin(), middle, samples.end());
    return *middle;
}

std::vector<std::optional<double>> take_turns(const std::vector<Side>& sides, int rounds) {
    std::vector<Samples> medians(sides.size());
    for (int round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < sides.size(); ++i) {
            const Samples samples = sides[i].run(sides[i].repetitions);
            if (!samples.empty()) {
                medians[i].push_back(median(samples));
            }
        }
    }
    std::vector<std::optional<double>> figures;
    for (Samples& of_rounds : medians) {
        figures.push_back(of_rounds.empty() ? std::nullopt : std::optional(median(std::move(of_rounds))));
    }
    return figures;
}

std::optional<double> microseconds(std::optional<double> seconds) {
    return seconds ? std::optional(*seconds * 1e6) : std::nullopt;
}

}  // namespace bench
