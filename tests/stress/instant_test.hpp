#pragma once

/// \file
/// Killing a process at every instant of an operation.

#include "scale.hpp"

#include "support/test_case.hpp"

#include <sched.h>
#include <sys/types.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <limits>

namespace stress {

/// A copy of this process that stands before an operation, under our control. While it lasts, it and the thread that
/// made it share one processor: to wake an idle one for each instruction would take ten times as long.
class Victim {
public:
    explicit Victim(const std::function<void()>& operation);
    Victim(const Victim&) = delete;
    Victim& operator=(const Victim&) = delete;

    /// Kills it.
    ~Victim();

    /// Lets it do so many instructions. False when it has done the operation before, or is asleep in it.
    bool step(long instructions);

private:
    cpu_set_t processors_;
    pid_t pid_ = 0;
};

/// For long operations: every so many instants only, and none from that instruction on.
struct Instants {
    long coarse = 1;
    long end = std::numeric_limits<long>::max();
};

class InstantTest : public support::LeakTest {
    Q_OBJECT

protected:
    template <class Object>
    struct Operation {
        Object object;
        std::function<void()> work;
        std::function<void()> meanwhile = {};
    };

    /// Kills at every `stride`th instruction of the operation. `after` is what the living do then; `before` makes what the
    /// operation needs, anew each time. What is to be done meanwhile, is done while the victim stands still at its last
    /// instant, or afterwards where the victim has what it takes.
    template <class Before, class After>
    static void kill_everywhere(Before before, After after, Instants instants = {}) {
        // The work grows with the square of the instructions: every third, every 30th where there are many (sanitizers).
        const long stride = instants.coarse * std::max(1, 30 / scaled(10));
        long deaths = 0;
        for (long instructions = 0; instructions < instants.end; instructions += stride) {
            auto operation = before();
            bool midway = false;
            std::future<void> meanwhile;
            {
                Victim victim(operation.work);
                midway = victim.step(instructions);
                if (operation.meanwhile) {
                    meanwhile = std::async(std::launch::async, operation.meanwhile);
                    meanwhile.wait_for(std::chrono::milliseconds(2));
                }
            }
            if (meanwhile.valid()) {
                meanwhile.get();
            }
            ++deaths;
            after(operation);
            if (QTest::currentTestFailed() || !midway) {
                break;
            }
        }
        qInfo("killed at %ld instants", deaths);
        QVERIFY(deaths >= 5);
    }
};

}  // namespace stress
