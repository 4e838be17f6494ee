// Asking a child to stop, and what a child does with it.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;
using support::Word;

namespace {

void work_until_told(Connection there) {
    there.send(spork::stop_requested());
    while (!spork::stop_requested()) {
        std::this_thread::yield();
    }
    there.send(Word::done);
}

void receive_until_told(Connection there) {
    const std::stop_token stop = spork::stop_token();
    there.send(stop.stop_requested());
    try {
        there.recv<int>(spork::Timeout(), stop);
    } catch (const spork::CancelledError&) {
        there.send(Word::done);
    }
}

void wait_for_callback(Connection there) {
    static std::mutex mutex;
    static std::condition_variable changed;
    static bool stopped = false;
    const auto stop = [] {
        const std::lock_guard hold(mutex);
        stopped = true;
        changed.notify_one();
    };
    there.send(spork::stop_requested());
    // Not std::condition_variable_any, and never destroyed: the end of a std::stop_callback may never come where libstdc++
    // has no futex.
    static const auto* const callback = new std::stop_callback<decltype(stop)>(spork::stop_token(), stop);
    static_cast<void>(callback);
    std::unique_lock lock(mutex);
    changed.wait(lock, [] { return stopped; });
    there.send(Word::done);
}

void stop_own_child(Connection there, Connection grandchilds) {
    spork::Process child(receive_until_told, grandchilds);
    child.start();
    there.recv<Word>();
    child.request_stop();
    child.join();
    throw spork::Exit{spork::stop_requested() ? 1 : 0};
}

class TestProcessStop : public support::MethodTest {
    Q_OBJECT

private slots:
    void requestReachesTheChild_data() {
        QTest::addColumn<int>("way");
        QTest::newRow("stop_requested") << 0;
        QTest::newRow("stop_token in recv") << 1;
        QTest::newRow("stop_token in a condition variable") << 2;
    }
    void requestReachesTheChild() {
        QFETCH_GLOBAL(StartMethod, method);
        QFETCH(int, way);
        auto [here, there] = spork::Pipe();
        const auto target = way == 0 ? work_until_told : way == 1 ? receive_until_told : wait_for_callback;
        ChildGuard child(method, target, there);
        QCOMPARE(here.recv<bool>(limit), false);
        QVERIFY(!here.poll(support::moment));

        child->request_stop();

        QCOMPARE(here.recv<Word>(limit), Word::done);
        QCOMPARE(child.exitcode(), std::optional(0));
        child->request_stop();  // nothing happens to what has ended
    }

    void requestBeforeTheChildAsksIsKept() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(
            method,
            [](Connection c) {
                c.recv<Word>();
                c.send(spork::stop_requested());
                c.send(spork::stop_token().stop_requested());
            },
            there);
        child->request_stop();
        here.send(Word::go);
        QCOMPARE(here.recv<bool>(limit), true);
        QCOMPARE(here.recv<bool>(limit), true);
    }

    void requestIsForOneProcess() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        auto [mine, grandchilds] = spork::Pipe();
        ChildGuard child(method, stop_own_child, there, grandchilds);
        QCOMPARE(mine.recv<bool>(limit), false);
        here.send(Word::go);
        QCOMPARE(mine.recv<Word>(limit), Word::done);
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void mainProcessIsNeverAsked() {
        QVERIFY(!spork::stop_requested());
        QVERIFY(!spork::stop_token().stop_requested());
    }

    void joinCanBeStopped() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, support::wait_for_go, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        std::stop_source stop;
        std::thread stopper([&stop] { stop.request_stop(); });
        QVERIFY(!child->join(limit, stop.get_token()));
        stopper.join();
        QVERIFY(child->is_alive());
        here.send(Word::go);
        QVERIFY(child->join(limit));
    }
};

const support::TestClass<TestProcessStop> registered;

}  // namespace

#include "process_stop.moc"
