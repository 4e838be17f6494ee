#pragma once

/// \file
/// The choices that make one run another than the one before.

#include <cstddef>
#include <vector>

namespace model {

/// Choices of one run after the other, depth first: a run repeats the choices of the one before up to the last that has an
/// alternative, takes that, and goes on with first choices.
class Choices {
public:
    /// One of `count`.
    std::size_t choose(std::size_t count) {
        if (place_ == choices_.size()) {
            choices_.push_back({0, count});
        }
        return choices_[place_++].taken;
    }

    /// Whether this run is still where an earlier one was.
    bool repeating() const noexcept { return place_ < repeated_; }

    /// Before a run that makes the same choices as the last one.
    void again() noexcept {
        choices_.resize(place_);
        place_ = 0;
    }

    /// Before another run; false when there is none.
    bool next() noexcept {
        while (!choices_.empty() && choices_.back().taken + 1 == choices_.back().count) {
            choices_.pop_back();
        }
        if (choices_.empty()) {
            return false;
        }
        ++choices_.back().taken;
        repeated_ = choices_.size();
        place_ = 0;
        return true;
    }

private:
    struct Choice {
        std::size_t taken;
        std::size_t count;
    };

    std::vector<Choice> choices_;
    std::size_t place_ = 0;
    std::size_t repeated_ = 0;
};

}  // namespace model
