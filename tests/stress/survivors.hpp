#pragma once

/// \file
/// Processes that have lost their parent.

#include <chrono>
#include <memory>
#include <string>

namespace stress {

/// Survivors makes this process the one to which orphans below it fall, where the system can do that, and so finds every
/// process that outlives its parent. Elsewhere it finds none; there the witness has to do.
class Survivors {
public:
    Survivors();
    ~Survivors();
    Survivors(const Survivors&) = delete;
    Survivors& operator=(const Survivors&) = delete;

    /// Collects orphans until there is none any more; the command lines of those that are still there in the end.
    std::string wait_until_gone(std::chrono::seconds limit) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace stress
