// Listening to stop requests.

#include "stop_listener.hpp"

#include "support/test_case.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

using spork::detail::StopListener;

namespace {

class TestStopListener : public QObject {
    Q_OBJECT

private slots:
    void isCalledOnceByWhoRequestsTheStop() {
        std::stop_source stop;
        int calls = 0;
        std::thread::id caller;
        const StopListener listener(stop.get_token(), [&] {
            ++calls;
            caller = std::this_thread::get_id();
        });
        QCOMPARE(calls, 0);
        std::thread stopper([&] { stop.request_stop(); });
        const auto expected = stopper.get_id();
        stopper.join();
        QCOMPARE(calls, 1);
        QVERIFY(caller == expected);
    }

    void isCalledAtOnceWhenTheStopCameBefore() {
        std::stop_source stop;
        stop.request_stop();
        for (int i = 1; i <= 2; ++i) {
            int calls = 0;
            const StopListener listener(stop.get_token(), [&] { ++calls; });
            QCOMPARE(calls, 1);
        }
    }

    void isNotCalledAfterItsEnd() {
        std::stop_source stop;
        int calls = 0;
        const auto count = [&] { ++calls; };
        std::vector<std::unique_ptr<StopListener>> listeners;
        for (int i = 0; i < 5; ++i) {
            listeners.push_back(std::make_unique<StopListener>(stop.get_token(), count));
        }
        listeners[0].reset();  // first, last and one between
        listeners[2].reset();
        listeners[4].reset();
        stop.request_stop();
        QCOMPARE(calls, 2);
    }

    void tokensOfOtherSourcesAreOthers() {
        std::stop_source one;
        std::stop_source other;
        int calls = 0;
        const StopListener to_one(one.get_token(), [&] { calls += 1; });
        const StopListener to_other(other.get_token(), [&] { calls += 10; });
        other.request_stop();
        QCOMPARE(calls, 10);
        one.request_stop();
        QCOMPARE(calls, 11);
    }

    void whatCannotStopIsNotWaitedFor() {
        const auto never = [] { qFatal("called"); };
        const StopListener no_state(std::stop_token(), never);
        std::optional<std::stop_source> source(std::in_place);
        const std::stop_token token = source->get_token();
        std::optional<StopListener> before(std::in_place, token, never);
        source.reset();
        const StopListener after(token, never);
        std::stop_source next;  // what is left of the first is cleared away here, or later
        int calls = 0;
        const StopListener listener(next.get_token(), [&] { ++calls; });
        before.reset();
        next.request_stop();
        QCOMPARE(calls, 1);
    }

    // With a std::stop_callback of its own for each listener this does not end where libstdc++ has no futex.
    void endsWhileTheStopIsRequested() {
        for (int round = 0; round < 2000; ++round) {
            std::stop_source stop;
            std::atomic<bool> called = false;
            std::thread stopper([&] { stop.request_stop(); });
            {
                const StopListener listener(stop.get_token(), [&] { called = true; });
                for (int look = 0; look < round % 100 && !called; ++look) {
                    std::this_thread::yield();
                }
            }
            stopper.join();
        }
    }

    void manyListenToOneStop() {
        constexpr int threads = 4;
        for (int round = 0; round < 200; ++round) {
            std::stop_source stop;
            std::atomic<int> called = 0;
            std::vector<std::thread> waiters;
            for (int i = 0; i < threads; ++i) {
                waiters.emplace_back([&called, token = stop.get_token()] {
                    std::atomic<bool> mine = false;
                    const StopListener listener(token, [&mine] { mine = true; });
                    while (!mine) {
                        std::this_thread::yield();
                    }
                    ++called;
                });
            }
            stop.request_stop();
            for (std::thread& waiter : waiters) {
                waiter.join();
            }
            QCOMPARE(called.load(), threads);
        }
    }
};

const support::TestClass<TestStopListener> registered;

}  // namespace

#include "stop_listener.moc"
