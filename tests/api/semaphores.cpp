// Semaphores and events between processes.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

using spork::BoundedSemaphore;
using spork::Connection;
using spork::Event;
using spork::Semaphore;
using support::ChildGuard;
using support::limit;
using support::moment;
using support::Word;
using namespace std::chrono_literals;

namespace {

/// Takes units, says so, and keeps them until it is told to go on, or killed.
void take_units(Semaphore semaphore, Connection parent, int units) {
    for (int i = 0; i < units; ++i) {
        semaphore.acquire();
    }
    parent.send(Word::ready);
    parent.recv<Word>();
    for (int i = 0; i < units; ++i) {
        semaphore.release();
    }
}

void take_a_unit(Semaphore semaphore, Connection parent) {
    parent.send(Word::ready);
    semaphore.acquire();
    parent.send(Word::done);
}

void release_units(Semaphore semaphore, int units) {
    semaphore.release(units);
}

/// Comes in and goes out, and tells.
void sing(Semaphore seats, Connection book, int singer, int times) {
    for (int i = 0; i < times; ++i) {
        std::scoped_lock seat(seats);
        book.send(singer);
        std::this_thread::yield();
        book.send(-singer);
    }
}

class TestSemaphore : public support::MethodTest {
    Q_OBJECT

private slots:
    void counts() {
        Semaphore semaphore(2);
        QCOMPARE(semaphore.get_value(), 2);
        QVERIFY(semaphore.acquire());
        QCOMPARE(semaphore.get_value(), 1);
        QVERIFY(semaphore.acquire());
        QCOMPARE(semaphore.get_value(), 0);
        QVERIFY(!semaphore.acquire(false));
        QCOMPARE(semaphore.get_value(), 0);
        for (int units = 1; units <= 4; ++units) {  // it is not bounded
            semaphore.release();
            QCOMPARE(semaphore.get_value(), units);
        }
        semaphore.release(3);
        QCOMPARE(semaphore.get_value(), 7);
        QCOMPARE(support::shown(semaphore), std::string("<Semaphore(value=7)>"));
    }

    void boundedCounts() {
        BoundedSemaphore semaphore(2);
        QVERIFY(semaphore.acquire());
        QVERIFY(semaphore.acquire());
        QVERIFY(!semaphore.acquire(false));
        semaphore.release();
        semaphore.release();
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, semaphore.release());
        QCOMPARE(semaphore.get_value(), 2);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, BoundedSemaphore(0).release());
    }

    void timeLimits() {
        const Semaphore semaphore(0);
        QVERIFY(!semaphore.acquire(false));
        QVERIFY(!semaphore.acquire(false, 1h));
        QVERIFY(!semaphore.acquire(true, -1s));
        const auto begin = std::chrono::steady_clock::now();
        QVERIFY(!semaphore.acquire(true, 30ms));
        QVERIFY(!semaphore.try_acquire_for(30ms));
        QVERIFY(std::chrono::steady_clock::now() - begin >= 60ms);
        QCOMPARE(semaphore.get_value(), 0);
        semaphore.release();
        QVERIFY(semaphore.acquire(true, 1h));
    }

    void badNumbersAreErrors() {
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, Semaphore(-1));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, Semaphore(Semaphore::max + 1));
        Semaphore semaphore(Semaphore::max);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, semaphore.release());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, semaphore.release(0));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, semaphore.release(-1));
    }

    void limitsHowManyAreInside() {
        constexpr int singers = 5;
        constexpr int times = 60;
        constexpr int seats = 2;
        Semaphore semaphore(seats);
        auto [book, entry] = spork::Pipe();
        std::vector<std::unique_ptr<ChildGuard>> guards;
        for (int singer = 1; singer <= singers; ++singer) {
            guards.push_back(std::make_unique<ChildGuard>(method(), sing, semaphore, entry, singer, times));
        }
        int inside = 0;
        int most = 0;
        for (int i = 0; i < 2 * singers * times; ++i) {
            inside += book.recv<int>(limit) > 0 ? 1 : -1;
            most = std::max(most, inside);
        }
        QCOMPARE(inside, 0);
        QVERIFY(most <= seats);
        for (auto& guard : guards) {
            QCOMPARE(guard->exitcode(), std::optional(0));
        }
        QCOMPARE(semaphore.get_value(), seats);
    }

    void signalsFromAnotherProcess() {
        Semaphore semaphore(0);
        ChildGuard child(method(), release_units, semaphore, 3);
        for (int i = 0; i < 3; ++i) {
            QVERIFY(semaphore.acquire(true, limit));
        }
        QCOMPARE(child.exitcode(), std::optional(0));
        QCOMPARE(semaphore.get_value(), 0);
    }

    void unitsOfADeadProcessComeBack() {
        Semaphore semaphore(2);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), take_units, semaphore, there, 2);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QVERIFY(!semaphore.acquire(false));
        child->kill();
        QVERIFY(semaphore.acquire(true, limit));
        QVERIFY(semaphore.acquire(true, limit));
        QVERIFY(!semaphore.acquire(true, moment));
        semaphore.release(2);
        QCOMPARE(semaphore.get_value(), 2);
    }

    void sleepingWaiterGetsUnitsOfADeadProcess() {
        Semaphore semaphore(1);
        auto [here, there] = spork::Pipe();
        ChildGuard holder(method(), take_units, semaphore, there, 1);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        ChildGuard waiter(method(), take_a_unit, semaphore, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QVERIFY(!here.poll(moment));
        holder->kill();
        QCOMPARE(here.recv<Word>(limit), Word::done);
    }

    void signalsOfADeadProcessDoNotComeBack() {
        Semaphore semaphore(0);
        auto [here, there] = spork::Pipe();
        semaphore.release(2);  // by a process that had none
        ChildGuard child(method(), take_units, semaphore, there, 2);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        child->kill();
        QVERIFY(!semaphore.acquire(true, 2 * moment));
    }

    void deadWaiterTakesNothingAlong() {
        Semaphore semaphore(1);
        semaphore.acquire();
        auto [here, there] = spork::Pipe();
        ChildGuard first(method(), take_a_unit, semaphore, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QVERIFY(!here.poll(moment));
        ChildGuard second(method(), take_a_unit, semaphore, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QVERIFY(!here.poll(moment));
        first->kill();
        semaphore.release();
        QCOMPARE(here.recv<Word>(limit), Word::done);
        QCOMPARE(second.exitcode(), std::optional(0));
    }

    void stopEndsAWait() {
        const Semaphore semaphore(0);
        std::stop_source stop;
        std::jthread stopper([&] { stop.request_stop(); });
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, semaphore.acquire(true, spork::no_limit, stop.get_token()));
    }

    void travels() {
        auto [here, there] = spork::Pipe();
        const BoundedSemaphore semaphore(1);
        here.send(semaphore);
        const auto arrived = there.recv<BoundedSemaphore>();
        QVERIFY(arrived == semaphore);
        arrived.acquire();
        QCOMPARE(semaphore.get_value(), 0);
        arrived.release();
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, arrived.release());
    }
};

void wait_for_event(Event event, Connection parent) {
    parent.send(Word::ready);
    parent.send(event.wait(limit));
}

class TestEvent : public support::MethodTest {
    Q_OBJECT

private slots:
    void setAndCleared() {
        const Event event;
        QVERIFY(!event.is_set());
        QCOMPARE(support::shown(event), std::string("<Event(unset)>"));
        QVERIFY(!event.wait(0s));
        const auto begin = std::chrono::steady_clock::now();
        QVERIFY(!event.wait(30ms));
        QVERIFY(std::chrono::steady_clock::now() - begin >= 30ms);
        event.set();
        event.set();
        QVERIFY(event.is_set());
        QCOMPARE(support::shown(event), std::string("<Event(set)>"));
        QVERIFY(event.wait());
        QVERIFY(event.wait(0s));
        event.clear();
        event.clear();
        QVERIFY(!event.is_set());
        ChildGuard child(
            method(), [](Event there) { there.set(); }, event);
        QVERIFY(event.wait(limit));
    }

    void setWakesAllWaiters() {
        const Event event;
        auto [here, there] = spork::Pipe();
        std::vector<std::unique_ptr<ChildGuard>> guards;
        for (int i = 0; i < 3; ++i) {
            guards.push_back(std::make_unique<ChildGuard>(method(), wait_for_event, event, there));
            QCOMPARE(here.recv<Word>(limit), Word::ready);
        }
        QVERIFY(!here.poll(moment));
        event.set();
        for (int i = 0; i < 3; ++i) {
            QVERIFY(here.recv<bool>(limit));
        }
    }

    // In Python most of these waits return False (G16).
    void waiterGoesOnThoughTheEventIsClearedAtOnce() {
        const Event event;
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), wait_for_event, event, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        while (!here.poll(1ms)) {  // what is set before the child waits, it does not see
            event.set();
            event.clear();
        }
        QVERIFY(here.recv<bool>());
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void deadWaiterKeepsNobodyWaiting() {
        const Event event;
        auto [here, there] = spork::Pipe();
        ChildGuard first(method(), wait_for_event, event, there);
        ChildGuard second(method(), wait_for_event, event, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QVERIFY(!here.poll(moment));
        first->kill();
        event.set();
        QVERIFY(here.recv<bool>(limit));
    }

    void stopEndsAWait() {
        const Event event;
        std::stop_source stop;
        std::jthread stopper([&] { stop.request_stop(); });
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, event.wait(spork::no_limit, stop.get_token()));
    }
};

const support::TestClass<TestSemaphore> registered_semaphore;
const support::TestClass<TestEvent> registered_event;

}  // namespace

#include "semaphores.moc"
