// Work for the end of a process.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using spork::Connection;
using spork::Finalizer;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace {

std::vector<std::optional<Finalizer>>& kept() {
    static auto* finalizers = new std::vector<std::optional<Finalizer>>;  // outlives every static object
    return *finalizers;
}

std::function<void()> say(Connection there, std::string word) {
    return [there, word] { there.send(word); };
}

void finalize_in_order(Connection there) {
    { const Finalizer a(say(there, "a")); }
    Finalizer b(say(there, "b"));
    there.send(std::string(b() ? "first call" : "?"));
    there.send(std::string(b() ? "?" : "second call"));
    kept().emplace_back(Finalizer(say(there, "without a priority")));
    kept().emplace_back(Finalizer(say(there, "d01"), 0));
    kept().emplace_back(Finalizer(say(there, "d02"), 0));
    kept().emplace_back(Finalizer(say(there, "d03"), 0));
    kept().emplace_back(Finalizer(say(there, "d10"), 1));
    kept().emplace_back(Finalizer(say(there, "e"), -10));
    kept().emplace_back(Finalizer(say(there, "STOP"), -100));
    there.send(std::string(spork::is_exiting() ? "?" : "not exiting"));
}

void end_with_pending_work(Connection there, bool by_exit) {
    kept().emplace_back(Finalizer(say(there, "at exit"), 0));
    if (by_exit) {
        std::exit(4);
    }
    throw spork::Exit{4};
}

void join_between_finalizers(Connection there, Connection grandchilds) {
    kept().emplace_back(Finalizer(say(there, "before the join"), 0));
    kept().emplace_back(Finalizer(say(there, "after the join"), -1));
    spork::Process(support::wait_for_go, grandchilds).start();
}

class TestFinalizer : public support::MethodTest {
    Q_OBJECT

private slots:
    void highestPriorityFirstAndNewestAmongEquals() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, finalize_in_order, there);
        for (const char* expected :
             {"a", "b", "first call", "second call", "not exiting", "d10", "d03", "d02", "d01", "e", "STOP"}) {
            QCOMPARE(here.recv<std::string>(limit), std::string(expected));
        }
        there.close();
        QVERIFY_THROWS_EXCEPTION(spork::EofError, here.recv<std::string>(limit));
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void runsAtEveryOrderlyEnd_data() {
        QTest::addColumn<bool>("by_exit");
        QTest::newRow("std::exit") << true;
        QTest::newRow("Exit") << false;
    }
    void runsAtEveryOrderlyEnd() {
        QFETCH_GLOBAL(StartMethod, method);
        QFETCH(bool, by_exit);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, end_with_pending_work, there, by_exit);
        QCOMPARE(here.recv<std::string>(limit), std::string("at exit"));
        QCOMPARE(child.exitcode(), std::optional(4));
    }

    void childrenAreJoinedBetween() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        auto [mine, grandchilds] = spork::Pipe();
        ChildGuard child(method, join_between_finalizers, there, grandchilds);
        QCOMPARE(mine.recv<support::Word>(limit), support::Word::ready);
        QCOMPARE(here.recv<std::string>(limit), std::string("before the join"));
        QVERIFY(!here.poll(support::moment));
        mine.send(support::Word::go);
        QCOMPARE(here.recv<std::string>(limit), std::string("after the join"));
    }

    void neverRunsInAChild() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        Finalizer mine(say(there, "in whom?"), 0);
        ChildGuard child(method, support::do_nothing);
        QCOMPARE(child.exitcode(), std::optional(0));
        QVERIFY(!here.poll());
        QVERIFY(mine.still_active());
        QVERIFY(mine());
        QCOMPARE(here.recv<std::string>(limit), std::string("in whom?"));
        QVERIFY(!mine.still_active());
    }

    void cancelledWorkIsForgotten() {
        int runs = 0;
        {
            Finalizer cancelled([&runs] { ++runs; }, 0);
            cancelled.cancel();
            QVERIFY(!cancelled.still_active());
            QVERIFY(!cancelled());
        }
        QCOMPARE(runs, 0);
        Finalizer first([&runs] { runs += 1; });
        Finalizer second([&runs] { runs += 10; });
        first = std::move(second);  // runs what it replaces
        QCOMPARE(runs, 1);
        QVERIFY(first());
        QCOMPARE(runs, 11);
    }

    // As in CPython's test: making and dropping from several threads at once.
    void threadsMayMakeAndDropThem() {
        std::atomic<int> made = 0;
        std::atomic<int> ran = 0;
        std::vector<std::thread> threads;
        for (unsigned seed = 0; seed < 4; ++seed) {
            threads.emplace_back([&made, &ran, seed] {
                std::minstd_rand random(seed);
                std::vector<Finalizer> some;
                for (int i = 0; i < 5000; ++i) {
                    some.emplace_back([&ran] { ++ran; }, static_cast<int>(random() % 20) - 10);
                    ++made;
                    if (some.size() > random() % 10) {
                        some.erase(some.begin() + static_cast<std::ptrdiff_t>(random() % some.size()));
                    }
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        QCOMPARE(made.load(), 20000);
        QCOMPARE(ran.load(), 20000);
    }
};

const support::TestClass<TestFinalizer> registered;

}  // namespace

#include "finalizers.moc"
