// Conditions and barriers between processes.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

using spork::Barrier;
using spork::BrokenBarrierError;
using spork::Condition;
using spork::Connection;
using support::ChildGuard;
using support::limit;
using support::moment;
using support::Word;
using namespace std::chrono_literals;

namespace {

enum class Told { waits, notified, timed_out };

/// Says that it holds the lock, which it frees only by waiting: who takes the lock next knows that this one waits.
void sleep_on(Condition condition, Connection parent, bool for_a_moment) {
    std::scoped_lock hold(condition);
    parent.send(Told::waits);
    parent.send(condition.wait(for_a_moment ? 1ms : spork::no_limit) ? Told::notified : Told::timed_out);
}

void notify_once(Condition condition) {
    std::scoped_lock hold(condition);
    condition.notify();
}

class TestCondition : public support::MethodTest {
    Q_OBJECT

    using Guards = std::vector<std::unique_ptr<ChildGuard>>;

    /// Children that wait on the condition now.
    static Guards sleepers(const Condition& condition, const Connection& here, const Connection& there, int count) {
        Guards guards;
        for (int i = 0; i < count; ++i) {
            guards.push_back(std::make_unique<ChildGuard>(method(), sleep_on, condition, there, false));
            if (here.recv<Told>(limit) != Told::waits) {
                qFatal("a child did not come to its wait");
            }
        }
        std::scoped_lock all_wait(condition);
        return guards;
    }

    /// How many have woken when so many must, and no more may.
    static int woken(const Connection& here, int expected) {
        int count = 0;
        while (here.poll(count < expected ? spork::Timeout(limit) : spork::Timeout(moment))) {
            count += here.recv<Told>() == Told::notified ? 1 : 0;
        }
        return count;
    }

private slots:
    void isTimedLockable() {
        const Condition condition;
        const std::unique_lock hold(condition, limit);
        QVERIFY(hold.owns_lock());
        bool taken = true;
        std::thread([&] { taken = condition.try_lock_until(std::chrono::steady_clock::now() + 1ms); }).join();
        QVERIFY(!taken);
    }

    void notifyWakesOne() {
        const Condition condition;
        auto [here, there] = spork::Pipe();
        const Guards guards = sleepers(condition, here, there, 2);
        QCOMPARE(woken(here, 0), 0);
        for (int i = 0; i < 2; ++i) {
            notify_once(condition);
            QCOMPARE(woken(here, 1), 1);
        }
        notify_once(condition);  // nobody is there, nothing is kept
        QCOMPARE(support::shown(condition), std::string("<Condition(<RLock(owner=None)>, 0 waiting)>"));
    }

    void notifyWakesSoMany() {
        const Condition condition;
        auto [here, there] = spork::Pipe();
        const Guards guards = sleepers(condition, here, there, 6);
        for (const int count : {2, 4, 3}) {
            std::unique_lock hold(condition);
            condition.notify(static_cast<std::size_t>(count));
            hold.unlock();
            const int left = count == 3 ? 0 : count;  // nobody is left for the last three
            QCOMPARE(woken(here, left), left);
        }
    }

    void notifyAll() {
        const Condition condition;
        auto [here, there] = spork::Pipe();
        for (int i = 0; i < 3; ++i) {
            ChildGuard child(method(), sleep_on, condition, there, true);
            QCOMPARE(here.recv<Told>(limit), Told::waits);
            QCOMPARE(here.recv<Told>(limit), Told::timed_out);
        }
        const Guards guards = sleepers(condition, here, there, 3);
        QCOMPARE(woken(here, 0), 0);
        std::unique_lock hold(condition);
        condition.notify_all();
        hold.unlock();
        QCOMPARE(woken(here, 3), 3);
    }

    void timeLimits() {
        const Condition condition;
        std::scoped_lock hold(condition);
        QVERIFY(!condition.wait(0s));
        QVERIFY(!condition.wait(-1s));
        const auto begin = std::chrono::steady_clock::now();
        QVERIFY(!condition.wait(30ms));
        QVERIFY(!condition.wait_for([] { return false; }, 30ms));
        QVERIFY(std::chrono::steady_clock::now() - begin >= 60ms);
        QVERIFY(condition.wait_for([] { return true; }, 0s));
    }

    void lockMustBeHeld_data() {
        QTest::addColumn<bool>("recursive");
        QTest::newRow("RLock") << true;
        QTest::newRow("Lock") << false;
    }
    void lockMustBeHeld() {
        QFETCH(bool, recursive);
        const Condition condition = recursive ? Condition() : Condition(spork::Lock());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, condition.wait(0s));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, condition.notify());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, condition.notify_all());
        std::scoped_lock hold(condition);
        QVERIFY(!condition.wait(0s));
    }

    void freesEveryLevelOfItsLock() {
        const Condition condition;
        std::scoped_lock outer(condition);
        std::scoped_lock inner(condition);
        ChildGuard child(method(), notify_once, condition);
        QVERIFY(condition.wait(limit));
        bool taken = true;
        std::thread([&] { taken = condition.try_lock(); }).join();
        QVERIFY(!taken);
    }

    void sharesACallersLock() {
        spork::Lock lock;
        const Condition one(lock);
        const Condition other(lock);
        std::unique_lock hold(lock);
        ChildGuard child(method(), notify_once, other);
        QVERIFY(!one.wait(2 * moment));
        QVERIFY(!one.try_lock());
        ChildGuard second(method(), notify_once, one);
        QVERIFY(one.wait(limit));
    }

    void waitForSeesWhatChanged() {
        const Condition condition;
        auto [box, other_box] = spork::Pipe();
        ChildGuard child(
            method(),
            [](Condition there, Connection numbers) {
                int number = -1;
                std::scoped_lock hold(there);
                const bool seen = there.wait_for(
                    [&] {
                        while (numbers.poll()) {
                            number = numbers.recv<int>();
                        }
                        return number == 4;
                    },
                    limit);
                throw spork::Exit{seen ? 0 : 1};
            },
            condition, other_box);
        for (int i = 0; i <= 4; ++i) {
            std::scoped_lock hold(condition);
            box.send(i);
            condition.notify();
        }
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void killedWaitersSwallowNothing() {
        const Condition condition;
        auto [here, there] = spork::Pipe();
        const Guards doomed = sleepers(condition, here, there, 2);
        const Guards guards = sleepers(condition, here, there, 1);
        for (const auto& guard : doomed) {
            (*guard)->kill();
            (*guard)->join();
        }
        notify_once(condition);  // the dead came first
        notify_once(condition);
        notify_once(condition);
        QCOMPARE(here.recv<Told>(limit), Told::notified);
    }

    void notificationOfAWaiterThatIsKilledGoesOn() {
        const Condition condition;
        auto [here, there] = spork::Pipe();
        const Guards doomed = sleepers(condition, here, there, 1);
        const Guards guards = sleepers(condition, here, there, 1);
        {
            std::scoped_lock hold(condition);
            condition.notify();
            (*doomed[0])->kill();  // it is called, and cannot go on while the lock is held here
            (*doomed[0])->join();
        }
        QCOMPARE(here.recv<Told>(limit), Told::notified);
        QCOMPARE(guards[0]->exitcode(), std::optional(0));
    }

    void stopEndsAWaitWithTheLockHeld() {
        const Condition condition;
        std::stop_source stop;
        std::jthread stopper([&] { stop.request_stop(); });
        std::scoped_lock hold(condition);
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, condition.wait(spork::no_limit, stop.get_token()));
        QVERIFY(!condition.wait(0s));
    }
};

/// What became of one party's wait: its number, or -1 when the barrier was broken.
int number_at(const Barrier& barrier) {
    try {
        return barrier.wait(limit);
    } catch (const BrokenBarrierError&) {
        return -1;
    }
}

void pass(Barrier barrier, Connection parent, int times) {
    for (int i = 0; i < times; ++i) {
        parent.send(number_at(barrier));
    }
}

void say_that_it_acts(Connection book) {
    book.send(Word::done);
}

spork::Event action_runs;
spork::Event action_may_end;

void act_for_long() {
    action_runs.set();
    action_may_end.wait(limit);
}

void fail() {
    throw std::runtime_error("no");
}

/// Has the barrier, and never comes to it.
void have(Barrier, Connection parent) {
    support::hold(parent);
}

class TestBarrier : public support::MethodTest {
    Q_OBJECT

    static constexpr int parties = 5;

    using Guards = std::vector<std::unique_ptr<ChildGuard>>;

    static Guards children(const Barrier& barrier, const Connection& there, int count, int times = 1) {
        Guards guards;
        for (int i = 0; i < count; ++i) {
            guards.push_back(std::make_unique<ChildGuard>(method(), pass, barrier, there, times));
        }
        return guards;
    }

    static void wait_until_waiting(const Barrier& barrier, int count) {
        QTRY_COMPARE_WITH_TIMEOUT(barrier.n_waiting(), count, 40'000);
    }

private slots:
    void passesInRounds() {
        constexpr int rounds = 20;
        const Barrier barrier(parties);
        QCOMPARE(barrier.parties(), parties);
        auto [here, there] = spork::Pipe();
        const Guards guards = children(barrier, there, parties - 1, rounds);
        for (int round = 0; round < rounds; ++round) {
            std::vector<int> numbers{number_at(barrier)};
            for (int i = 1; i < parties; ++i) {
                numbers.push_back(here.recv<int>(limit));
            }
            std::sort(numbers.begin(), numbers.end());
            QCOMPARE(numbers, (std::vector{0, 1, 2, 3, 4}));
        }
        QCOMPARE(barrier.n_waiting(), 0);
        QVERIFY(!barrier.broken());
    }

    void onePartyPassesAtOnce() {
        const Barrier barrier(1);
        QCOMPARE(barrier.wait(), 0);
        QCOMPARE(barrier.wait(), 0);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, Barrier(0));
    }

    void actionRunsOnceARound() {
        auto [book, entry] = spork::Pipe();
        const Barrier barrier(parties, spork::bind(say_that_it_acts, entry));
        auto [here, there] = spork::Pipe();
        const Guards guards = children(barrier, there, parties - 1);
        QVERIFY(number_at(barrier) >= 0);
        QVERIFY(book.poll());  // it has run before anybody goes on
        QCOMPARE(book.recv<Word>(), Word::done);
        for (int i = 1; i < parties; ++i) {
            QVERIFY(here.recv<int>(limit) >= 0);
        }
        QVERIFY(!book.poll());
    }

    void whoComesDuringTheActionBelongsToTheNextRound() {
        action_runs.clear();
        action_may_end.clear();
        const Barrier barrier(1, act_for_long);
        std::jthread first([&] { barrier.wait(limit); });
        QVERIFY(action_runs.wait(limit));
        action_runs.clear();
        std::jthread second([&] { barrier.wait(limit); });
        QVERIFY(!action_runs.wait(moment));
        action_may_end.set();
        QVERIFY(action_runs.wait(limit));
    }

    void failingActionBreaksTheBarrier() {
        const Barrier barrier(2, fail);
        auto [here, there] = spork::Pipe();
        const Guards guards = children(barrier, there, 1);
        wait_until_waiting(barrier, 1);
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, barrier.wait(limit));
        QCOMPARE(here.recv<int>(limit), -1);
        QVERIFY(barrier.broken());
    }

    void abortBreaksIt() {
        const Barrier barrier(parties);
        auto [here, there] = spork::Pipe();
        const Guards guards = children(barrier, there, parties - 1);
        wait_until_waiting(barrier, parties - 1);
        barrier.abort();
        for (int i = 1; i < parties; ++i) {
            QCOMPARE(here.recv<int>(limit), -1);
        }
        QVERIFY(barrier.broken());
        QCOMPARE(support::shown(barrier), std::string("<Barrier(broken)>"));
        QVERIFY_THROWS_EXCEPTION(BrokenBarrierError, barrier.wait());
        barrier.reset();
        QVERIFY(!barrier.broken());
        const Guards again = children(barrier, there, parties - 1);
        QVERIFY(number_at(barrier) >= 0);
    }

    void resetBreaksTheRoundOnly() {
        const Barrier barrier(parties);
        auto [here, there] = spork::Pipe();
        const Guards guards = children(barrier, there, parties - 1, 2);
        wait_until_waiting(barrier, parties - 1);
        barrier.reset();
        for (int i = 1; i < parties; ++i) {
            QCOMPARE(here.recv<int>(limit), -1);
        }
        QVERIFY(!barrier.broken());
        QVERIFY(number_at(barrier) >= 0);
        for (int i = 1; i < parties; ++i) {
            QVERIFY(here.recv<int>(limit) >= 0);
        }
    }

    void timeLimitBreaksIt_data() {
        QTest::addColumn<bool>("of_the_barrier");
        QTest::newRow("of the wait") << false;
        QTest::newRow("of the barrier") << true;
    }
    void timeLimitBreaksIt() {
        QFETCH(bool, of_the_barrier);
        const Barrier barrier = of_the_barrier ? Barrier(3, {}, 30ms) : Barrier(3);
        auto [here, there] = spork::Pipe();
        const Guards guards = children(barrier, there, 1);
        wait_until_waiting(barrier, 1);
        if (of_the_barrier) {
            QVERIFY_THROWS_EXCEPTION(BrokenBarrierError, barrier.wait());
        } else {
            QVERIFY_THROWS_EXCEPTION(BrokenBarrierError, barrier.wait(30ms));
        }
        QCOMPARE(here.recv<int>(limit), -1);
        QVERIFY_THROWS_EXCEPTION(BrokenBarrierError, barrier.wait());
    }

    void deadWaiterBreaksIt() {
        const Barrier barrier(3);
        auto [here, there] = spork::Pipe();
        const Guards guards = children(barrier, there, 2);
        wait_until_waiting(barrier, 2);
        (*guards[0])->kill();
        QCOMPARE(here.recv<int>(limit), -1);
        QVERIFY(barrier.broken());
    }

    void partyThatDiesBeforeItComesBreaksIt() {
        const Barrier barrier(3);
        auto [here, there] = spork::Pipe();
        const Guards guards = children(barrier, there, 1);
        wait_until_waiting(barrier, 1);
        ChildGuard absent(method(), have, barrier, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        absent->kill();
        QCOMPARE(here.recv<int>(limit), -1);
    }

    void partyThatEndsNormallyBreaksNothing() {
        const Barrier barrier(2);
        auto [here, there] = spork::Pipe();
        const Guards guards = children(barrier, there, 1);
        wait_until_waiting(barrier, 1);
        ChildGuard leaving(
            method(), [](Barrier) {}, barrier);
        QCOMPARE(leaving.exitcode(), std::optional(0));
        QVERIFY(!here.poll(2 * moment));
        QVERIFY(number_at(barrier) >= 0);
        QVERIFY(here.recv<int>(limit) >= 0);
    }

    void stopBreaksIt() {
        const Barrier barrier(2);
        std::stop_source stop;
        std::jthread stopper([&] { stop.request_stop(); });
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, barrier.wait(spork::no_limit, stop.get_token()));
        QVERIFY(barrier.broken());
    }

    void thousandRounds() {
        constexpr int rounds = 1000;
        const Barrier barrier(parties);
        const spork::Lock lock;
        auto [here, there] = spork::Pipe(false);
        Guards guards;
        for (int i = 0; i < parties; ++i) {
            guards.push_back(std::make_unique<ChildGuard>(
                method(),
                [](Barrier b, spork::Lock l, Connection c, int times) {
                    for (int round = 0; round < times; ++round) {
                        b.wait();
                        std::scoped_lock hold(l);
                        c.send(round);
                    }
                },
                barrier, lock, there, rounds));
        }
        for (int round = 0; round < rounds; ++round) {
            for (int i = 0; i < parties; ++i) {
                QCOMPARE(here.recv<int>(limit), round);
            }
        }
    }
};

const support::TestClass<TestCondition> registered_condition;
const support::TestClass<TestBarrier> registered_barrier;

}  // namespace

#include "meetings.moc"
