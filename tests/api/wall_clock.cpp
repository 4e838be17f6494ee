// Time limits while the wall clock is wrong, and while it is set forward and back by hours: no wait ends early, and none
// late.

#include "support/wall_clock.hpp"
#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <semaphore>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using spork::Connection;
using support::ChildGuard;
using support::limit;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;
using Wall = std::chrono::system_clock;

namespace {

constexpr auto jump = 5h;

/// How long the waits are: none has a reason to end before.
constexpr auto duration = 30ms;

enum class Change { ahead, behind, jumps };

/// The wall clock of this process is wrong, or jumps all the time, as long as this lives.
class WrongClock {
public:
    explicit WrongClock(Change change) {
        support::shift_wall_clock(change == Change::behind ? -jump : jump);
        if (change == Change::jumps) {
            jumper_ = std::thread([this] {
                for (bool forward = false; !over_; forward = !forward) {
                    support::shift_wall_clock(forward ? jump : -jump);
                    std::this_thread::yield();
                }
            });
        }
    }
    WrongClock(const WrongClock&) = delete;
    WrongClock& operator=(const WrongClock&) = delete;
    ~WrongClock() {
        over_ = true;
        if (jumper_.joinable()) {
            jumper_.join();
        }
        support::shift_wall_clock(0s);
    }

private:
    std::atomic<bool> over_ = false;
    std::thread jumper_;
};

/// A wall clock that says when it has been asked. Whoever waits until a point in its time asks it once, at the beginning.
struct AskedClock {
    using duration = Wall::duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<AskedClock>;
    [[maybe_unused]] static constexpr bool is_steady = false;

    static time_point now() {
        const time_point result(Wall::now().time_since_epoch());
        asked.release();
        return result;
    }

    static inline std::binary_semaphore asked{0};
};

template <class Exception, class F>
bool throws(F&& function) {
    try {
        function();
        return false;
    } catch (const Exception&) {
        return true;
    }
}

/// A wait that ends by its time limit, and says whether it was that.
struct Wait {
    std::string name;
    std::function<bool()> run;
};

/// One of each call that takes a time limit.
std::vector<Wait> waits() {
    spork::Lock lock;
    lock.lock();
    const spork::RLock rlock;
    std::thread([rlock] { rlock.lock(); }).join();  // who ends with it keeps it
    const spork::Semaphore semaphore(0);
    const spork::BoundedSemaphore bounded(1);
    bounded.acquire();
    const spork::Event event;
    const spork::Condition condition;
    const spork::Barrier barrier(2);
    const spork::Queue<int> empty;
    const spork::Queue<int> full(1);
    full.put(1);
    const spork::JoinableQueue<int> unfinished;
    unfinished.put(1);
    auto [here, there] = spork::Pipe();
    return {
        {"Lock::acquire", [=] { return !lock.acquire(true, duration); }},
        {"Lock::try_lock_for", [=] { return !lock.try_lock_for(duration); }},
        {"Lock::try_lock_until", [=] { return !lock.try_lock_until(Steady::now() + duration); }},
        {"RLock::acquire", [=] { return !rlock.acquire(true, duration); }},
        {"Semaphore::acquire", [=] { return !semaphore.acquire(true, duration); }},
        {"Semaphore::try_acquire_until", [=] { return !semaphore.try_acquire_until(Steady::now() + duration); }},
        {"BoundedSemaphore::acquire", [=] { return !bounded.acquire(true, duration); }},
        {"Event::wait", [=] { return !event.wait(duration); }},
        {"Condition::wait",
         [=] {
             const std::scoped_lock hold(condition);
             return !condition.wait(duration);
         }},
        {"Condition::wait_for",
         [=] {
             const std::scoped_lock hold(condition);
             return !condition.wait_for([] { return false; }, duration);
         }},
        {"Barrier::wait",
         [=] {
             const bool broken = throws<spork::BrokenBarrierError>([&] { barrier.wait(duration); });
             barrier.reset();
             return broken;
         }},
        {"Queue::get", [=] { return throws<spork::Empty>([&] { empty.get(duration); }); }},
        {"Queue::try_get", [=] { return !empty.try_get(duration); }},
        {"Queue::put", [=] { return throws<spork::Full>([&] { full.put(2, duration); }); }},
        {"JoinableQueue::join", [=] { return !unfinished.join(duration); }},
        {"Connection::recv",
         [here = here, there = there] { return throws<spork::TimeoutError>([&] { here.recv<int>(duration); }); }},
        {"Connection::try_recv", [here = here, there = there] { return !here.try_recv<int>(duration); }},
        {"Connection::poll", [here = here, there = there] { return !here.poll(duration); }},
        {"wait", [here = here, there = there] { return spork::wait({here}, duration).empty(); }},
    };
}

/// What is wrong with the waits while the clock is; empty when nothing is.
std::string faults(const std::vector<Wait>& waits, Change change) {
    std::string result;
    const WrongClock wrong(change);
    for (const Wait& wait : waits) {
        const auto begin = Steady::now();
        const bool timed_out = wait.run();
        const auto time = Steady::now() - begin;
        if (!timed_out || time < duration || time > limit) {
            result += wait.name + (timed_out ? " took " : " did not time out, after ") +
                      std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + " ms; ";
        }
    }
    return result;
}

void wait_and_report(Change change, Connection parent) {
    parent.send(faults(waits(), change));
}

class TestWallClock : public support::MethodTest {
    Q_OBJECT

    static void add_changes() {
        QTest::addColumn<Change>("change");
        QTest::newRow("ahead") << Change::ahead;
        QTest::newRow("behind") << Change::behind;
        QTest::newRow("jumps") << Change::jumps;
    }

private slots:
    // What the others rely on.
    void wallClockIsMoved() {
        const auto before = Wall::now();
        {
            const WrongClock wrong(Change::ahead);
            QVERIFY(Wall::now() - before >= jump);
        }
        {
            const WrongClock wrong(Change::behind);
            QVERIFY(Wall::now() - before <= limit - jump);
        }
        QVERIFY(Wall::now() - before <= limit);
    }

    void everyWaitKeepsItsTimeLimit_data() { add_changes(); }
    void everyWaitKeepsItsTimeLimit() {
        QFETCH(Change, change);
        QCOMPARE(faults(waits(), change), std::string());
    }

    void alsoInAChild_data() { add_changes(); }
    void alsoInAChild() {
        QFETCH(Change, change);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), wait_and_report, change, there);
        QCOMPARE(here.recv<std::string>(limit), std::string());
    }

    void alsoForTheEndOfAProcess_data() { add_changes(); }
    void alsoForTheEndOfAProcess() {
        QFETCH(Change, change);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), support::hold, there);
        QCOMPARE(here.recv<support::Word>(limit), support::Word::ready);
        const std::vector<Wait> both = {
            {"Process::join", [&] { return !child->join(duration); }},
            {"wait for a Sentinel", [&] { return spork::wait({child->sentinel()}, duration).empty(); }},
        };
        QCOMPARE(faults(both, change), std::string());
    }

    void nobodyIsLateBecauseTheClockWasSetBack() {
        const spork::Event event;
        auto [here, there] = spork::Pipe();
        ChildGuard child(
            method(),
            [](const spork::Event& done, Connection parent) {
                parent.send(support::Word::ready);
                const WrongClock wrong(Change::jumps);
                parent.send(done.wait(limit));
            },
            event, there);
        QCOMPARE(here.recv<support::Word>(limit), support::Word::ready);
        event.set();
        QVERIFY(here.recv<bool>(limit));
    }

    // A point in the time of a clock that can be set is turned into a duration when the call begins.
    void pointOfTheWallClockIsTakenOnce_data() { add_changes(); }
    void pointOfTheWallClockIsTakenOnce() {
        QFETCH(Change, change);
        spork::Lock lock;
        lock.lock();
        const spork::Semaphore semaphore(0);
        const std::vector<std::function<bool(AskedClock::time_point)>> calls = {
            [&](auto end) { return lock.try_lock_until(end); },
            [&](auto end) { return semaphore.try_acquire_until(end); },
        };
        for (const auto& call : calls) {
            const auto begin = Steady::now();
            const AskedClock::time_point end(Wall::now().time_since_epoch() + duration);
            auto taken = std::async(std::launch::async, [&] { return call(end); });
            AskedClock::asked.acquire();
            const WrongClock wrong(change);
            QVERIFY(!taken.get());
            QVERIFY(Steady::now() - begin >= duration);
            QVERIFY(Steady::now() - begin <= limit);
        }
    }
};

const support::TestClass<TestWallClock> registered;

}  // namespace

#include "wall_clock.moc"
