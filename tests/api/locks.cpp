// Lock and RLock: exclusion between processes, whoever dies when.

#include "support/targets.hpp"
#include "support/test_case.hpp"
#include "support/travel.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <sstream>
#include <thread>
#include <vector>

using spork::Connection;
using spork::Lock;
using spork::RLock;
using support::ChildGuard;
using support::limit;
using support::moment;
using support::Word;
using namespace std::chrono_literals;

namespace {

/// Takes the lock, says so, and keeps it until it is told to go on, or killed.
void hold(spork::AnyLock lock, Connection parent) {
    std::scoped_lock held(lock);
    parent.send(Word::ready);
    parent.recv<Word>();
}

/// Ends without freeing the lock.
void take_and_leave(spork::AnyLock lock) {
    lock.lock();
}

void free_it(Lock lock) {
    lock.release();
}

void free_recursive(RLock lock, Connection parent) {
    try {
        lock.release();
        parent.send(false);
    } catch (const spork::UsageError&) {
        parent.send(true);
    }
}

/// Says that it is about to wait, and then that it has the lock.
void wait_for(spork::AnyLock lock, Connection parent) {
    parent.send(Word::ready);
    std::scoped_lock held(lock);
    parent.send(Word::done);
}

/// Tells when it enters and when it leaves.
void visit(Lock lock, Connection book, int visitor, int times) {
    for (int i = 0; i < times; ++i) {
        std::scoped_lock held(lock);
        book.send(visitor);
        std::this_thread::yield();
        book.send(-visitor);
    }
}

/// Takes the lock as often as it can until told to end, each time for a while, and reports how often.
void compete(Lock lock, Connection gate, Connection report) {
    gate.recv<Word>();
    int taken = 0;
    const auto end = std::chrono::steady_clock::now() + 1s;
    while (std::chrono::steady_clock::now() < end) {
        std::scoped_lock held(lock);
        ++taken;
        const auto work = std::chrono::steady_clock::now() + 200us;
        while (std::chrono::steady_clock::now() < work) {
        }
    }
    report.send(taken);
}

struct Pair {
    std::vector<Lock> locks;
    std::string name;
};

class TestLock : public support::MethodTest {
    Q_OBJECT

private slots:
    void acquireAndRelease() {
        Lock lock;
        QVERIFY(lock.acquire());
        QVERIFY(!lock.acquire(false));
        QVERIFY(!lock.acquire(false, 1h));
        QVERIFY(!lock.try_lock());
        lock.release();
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, lock.release());
        QVERIFY(lock.try_lock());
        lock.unlock();
    }

    void timeLimits() {
        const Lock lock;
        lock.lock();
        const auto begin = std::chrono::steady_clock::now();
        QVERIFY(!lock.acquire(true, 0s));
        QVERIFY(!lock.acquire(true, -1s));
        QVERIFY(!lock.try_lock_for(-1s));
        QVERIFY(std::chrono::steady_clock::now() - begin < limit);
        QVERIFY(!lock.try_lock_for(20ms));
        QVERIFY(!lock.try_lock_until(std::chrono::steady_clock::now() + 20ms));
        QVERIFY(!lock.try_lock_until(std::chrono::system_clock::now() + 20ms));
        QVERIFY(std::chrono::steady_clock::now() - begin >= 60ms);
    }

    void standardGuards() {
        Lock lock;
        RLock other;
        {
            std::scoped_lock both(lock, other);
            QVERIFY(!lock.try_lock());
        }
        std::unique_lock one(lock, 10ms);
        QVERIFY(one.owns_lock());
        std::unique_lock two(lock, 10ms);
        QVERIFY(!two.owns_lock());
    }

    void recursion() {
        RLock lock;
        for (int i = 0; i < 3; ++i) {
            QVERIFY(lock.acquire());
        }
        bool taken = true;
        std::thread([&] { taken = lock.try_lock(); }).join();
        QVERIFY(!taken);
        for (int i = 0; i < 3; ++i) {
            lock.release();
        }
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, lock.release());
        std::thread([&] {
            taken = lock.try_lock();
            lock.unlock();
        }).join();
        QVERIFY(taken);
    }

    void onlyItsHolderFreesARecursiveLock() {
        RLock lock;
        lock.lock();
        bool refused = false;
        std::thread([&] {
            try {
                lock.unlock();
            } catch (const spork::UsageError&) {
                refused = true;
            }
        }).join();
        QVERIFY(refused);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), free_recursive, lock, there);
        QVERIFY(here.recv<bool>(limit));
        lock.unlock();
    }

    void anyoneFreesALock() {
        Lock lock;
        lock.lock();
        ChildGuard child(method(), free_it, lock);
        QVERIFY(lock.try_lock_for(limit));
        QCOMPARE(child.exitcode(), std::optional(0));
        lock.unlock();
    }

    void copiesAreTheSameLock() {
        Lock lock;
        Lock copy = lock;
        QVERIFY(copy == lock);
        QVERIFY(!(copy == Lock()));
        copy.lock();
        QVERIFY(!lock.try_lock());
        auto [here, there] = spork::Pipe();
        there.send(lock);
        const Lock arrived = here.recv<Lock>();
        QVERIFY(arrived == lock);
        QVERIFY(!arrived.try_lock());
        arrived.unlock();
        QVERIFY(lock.try_lock());
        lock.unlock();
    }

    void otherKindsAreRefused() {
        auto [here, there] = spork::Pipe();
        there.send(static_cast<spork::AnyLock>(RLock()));
        QVERIFY(here.recv<spork::AnyLock>().try_lock());
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, (support::reread<RLock, Lock>()));
    }

    void movedFromLockIsAnError() {
        Lock lock;
        const Lock other = std::move(lock);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, lock.lock());
        other.lock();
    }

    void describesItsHolder() {
        const auto text = [](const spork::AnyLock& lock) {
            std::ostringstream stream;
            stream << lock;
            return stream.str();
        };
        Lock lock;
        RLock recursive;
        QCOMPARE(text(lock), std::string("<Lock(owner=None)>"));
        lock.lock();
        QCOMPARE(text(lock), std::string("<Lock(owner=this process)>"));
        recursive.lock();
        recursive.lock();
        QCOMPARE(text(recursive), std::string("<RLock(owner=this thread, count=2)>"));
        Lock taken;
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), hold, taken, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QCOMPARE(text(taken), "<Lock(owner=process " + std::to_string(*child->pid()) + ")>");
    }

    void excludesOtherProcesses() {
        constexpr int visitors = 4;
        constexpr int times = 250;
        Lock lock;
        auto [book, entry] = spork::Pipe();
        std::vector<std::unique_ptr<ChildGuard>> guards;
        for (int visitor = 1; visitor <= visitors; ++visitor) {
            guards.push_back(std::make_unique<ChildGuard>(method(), visit, lock, entry, visitor, times));
        }
        for (int i = 0; i < visitors * times; ++i) {
            const int came = book.recv<int>(limit);
            QVERIFY(came > 0);
            QCOMPARE(book.recv<int>(limit), -came);
        }
        for (auto& guard : guards) {
            QCOMPARE(guard->exitcode(), std::optional(0));
        }
    }

    void nextTakerIsToldThatTheHolderDied_data() {
        QTest::addColumn<bool>("recursive");
        QTest::newRow("Lock") << false;
        QTest::newRow("RLock") << true;
    }
    void nextTakerIsToldThatTheHolderDied() {
        QFETCH(bool, recursive);
        const spork::AnyLock lock = recursive ? spork::AnyLock(RLock()) : spork::AnyLock(Lock());
        auto [here, there] = spork::Pipe();
        ChildGuard holder(method(), hold, lock, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QVERIFY(!lock.try_lock_for(1ms));
        QVERIFY(!lock.abandoned());

        holder->kill();

        QVERIFY(lock.try_lock_for(limit));
        QVERIFY(lock.abandoned());
        lock.unlock();
        QVERIFY(lock.try_lock());
        QVERIFY(lock.abandoned());  // until somebody says that all is well
        lock.make_consistent();
        QVERIFY(!lock.abandoned());
        lock.unlock();
        QVERIFY(!lock.abandoned());
    }

    void sleepingWaiterGetsTheLockOfADeadHolder() {
        Lock lock;
        auto [here, there] = spork::Pipe();
        ChildGuard holder(method(), hold, lock, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        ChildGuard waiter(method(), wait_for, lock, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QVERIFY(!here.poll(moment));

        const auto killed = std::chrono::steady_clock::now();
        holder->kill();

        QCOMPARE(here.recv<Word>(limit), Word::done);
        QVERIFY(std::chrono::steady_clock::now() - killed < 5s);
        QCOMPARE(waiter.exitcode(), std::optional(0));
        QVERIFY(lock.abandoned());
    }

    void holderThatEndsWithoutFreeingIsADeadHolder() {
        Lock lock;
        ChildGuard child(method(), take_and_leave, lock);
        QCOMPARE(child.exitcode(), std::optional(0));
        QVERIFY(lock.try_lock_for(limit));
        QVERIFY(lock.abandoned());
    }

    void deadWaiterKeepsNobodyWaiting() {
        Lock lock;
        auto [here, there] = spork::Pipe();
        lock.lock();
        ChildGuard first(method(), wait_for, lock, there);
        ChildGuard second(method(), wait_for, lock, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QVERIFY(!here.poll(moment));
        first->kill();
        lock.unlock();
        QCOMPARE(here.recv<Word>(limit), Word::done);
        QCOMPARE(second.exitcode(), std::optional(0));
        QVERIFY(lock.try_lock_for(limit));
        QVERIFY(!lock.abandoned());
    }

    void nobodyStarves() {
        constexpr int children = 4;
        Lock lock;
        auto [gate, inner_gate] = spork::Pipe();
        auto [report, inner_report] = spork::Pipe();
        std::vector<std::unique_ptr<ChildGuard>> guards;
        for (int i = 0; i < children; ++i) {
            guards.push_back(std::make_unique<ChildGuard>(method(), compete, lock, inner_gate, inner_report));
        }
        for (int i = 0; i < children; ++i) {
            gate.send(Word::go);
        }
        std::vector<int> taken;
        for (int i = 0; i < children; ++i) {
            taken.push_back(report.recv<int>(limit));
        }
        const auto [least, most] = std::minmax_element(taken.begin(), taken.end());
        QVERIFY2(*least * 10 >= *most, qPrintable(QString("%1 and %2").arg(*least).arg(*most)));
    }

    void stopEndsAWait() {
        Lock lock;
        lock.lock();
        std::stop_source stop;
        std::atomic<bool> cancelled = false;
        std::thread waiter([&] {
            try {
                lock.lock(stop.get_token());
            } catch (const spork::CancelledError&) {
                cancelled = true;
            }
        });
        stop.request_stop();
        waiter.join();
        QVERIFY(cancelled);
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, lock.acquire(true, spork::no_limit, stop.get_token()));
        lock.unlock();
        lock.lock(stop.get_token());  // what can be had at once is taken
    }

    void travelsInsideValues() {
        auto [here, there] = spork::Pipe();
        Lock lock;
        here.send(Pair{{lock, Lock()}, "two"});
        const Pair pair = there.recv<Pair>();
        lock.lock();
        QVERIFY(!pair.locks[0].try_lock());
        QVERIFY(pair.locks[1].try_lock());
    }
};

const support::TestClass<TestLock> registered;

}  // namespace

#include "locks.moc"
