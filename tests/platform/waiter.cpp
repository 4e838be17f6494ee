// Waiting for any of many objects.

#include "seam_test.hpp"

#include "support/tcp.hpp"

#include <chrono>
#include <thread>
#include <vector>

using namespace spork::platform;
using namespace std::chrono_literals;
using seam::within;
using support::limit;
using support::moment;

namespace {

using Indices = std::vector<std::size_t>;
using Clock = std::chrono::steady_clock;

Indices ready_of(const std::vector<WaitItem>& items, const Patience& patience) {
    auto ready = wait_any(items, patience);
    return ready ? *ready : Indices{items.size()};  // an index that no test expects
}

class TestWaiter : public support::MethodTest {
    Q_OBJECT

private slots:
    void manyChannelsAreWaitedForAtOnce_data() {
        QTest::addColumn<std::size_t>("count");
        for (const std::size_t count : {1u, 2u, 63u, 64u, 65u, 300u}) {
            QTest::addRow("%zu", count) << count;
        }
    }
    void manyChannelsAreWaitedForAtOnce() {
        QFETCH(std::size_t, count);
        std::vector<ChannelPair> pairs;
        std::vector<WaitItem> items;
        for (std::size_t i = 0; i < count; ++i) {
            pairs.push_back(std::move(*make_channel(true)));
            items.push_back({pairs.back().first.get(), WaitKind::channel});
        }
        QCOMPARE(ready_of(items, within(0s)), Indices());
        // Each alone, and in between nothing is taken from it.
        for (const std::size_t i : {std::size_t{0}, count / 2, count - 1}) {
            std::jthread sender([&pairs, i] { seam::send_text(pairs[i].second.get(), "x"); });
            QCOMPARE(ready_of(items, within(limit)), Indices{i});
            QCOMPARE(ready_of(items, within(limit)), Indices{i});
            QCOMPARE(seam::receive_text(pairs[i].first.get()), std::string("x"));
        }
        Indices all;
        for (std::size_t i = 0; i < count; ++i) {
            seam::send_text(pairs[i].second.get(), "x");
            all.push_back(i);
        }
        // All that are ready are told of, though it may take more than one look until the system says so.
        QTRY_COMPARE(ready_of(items, within(limit)), all);
    }

    void endOfAChannelIsReady() {
        auto pair = make_channel(true);
        pair->second.reset();
        QCOMPARE(ready_of({{pair->first.get(), WaitKind::channel}}, within(limit)), Indices{0});
    }

    void endOfAProcessIsReadyAndStaysSo() {
        auto& launcher = seam::launcher_of_this_row();
        seam::SeamChild child(launcher, seam::plan_for(launcher, "hold"));
        QCOMPARE(child.text(), std::string("ready"));
        const std::vector<WaitItem> items{{child->sentinel(), WaitKind::sentinel}};
        QCOMPARE(ready_of(items, within(0s)), Indices());
        child->request_end(EndRequest::terminate);
        QCOMPARE(ready_of(items, within(limit)), Indices{0});
        QVERIFY(child.end());
        QCOMPARE(ready_of(items, within(limit)), Indices{0});
    }

    void allKindsTogether() {
        auto& launcher = seam::launcher_of_this_row();
        seam::SeamChild child(launcher, seam::plan_for(launcher, "hold"));
        QCOMPARE(child.text(), std::string("ready"));
        const auto pair = make_channel(true);
        const auto tcp = support::tcp_pair();
        const auto signal = make_signal();
        const std::vector<WaitItem> items{{signal->get(), WaitKind::signal},
                                          {tcp.first.native(), WaitKind::socket},
                                          {pair->first.get(), WaitKind::channel},
                                          {child->sentinel(), WaitKind::sentinel}};
        QCOMPARE(ready_of(items, within(0s)), Indices());
        child->request_end(EndRequest::kill);
        QCOMPARE(ready_of(items, within(limit)), Indices{3});
        seam::send_text(pair->second.get(), "x");
        QTRY_COMPARE(ready_of(items, within(limit)), (Indices{2, 3}));
        support::tcp_send(tcp.second, "x");
        QTRY_COMPARE(ready_of(items, within(limit)), (Indices{1, 2, 3}));
        raise_signal(signal->get());
        QTRY_COMPARE(ready_of(items, within(limit)), (Indices{0, 1, 2, 3}));
    }

    void sameObjectTwiceIsReadyTwice() {
        const auto pair = make_channel(true);
        const WaitItem item{pair->first.get(), WaitKind::channel};
        seam::send_text(pair->second.get(), "x");
        QTRY_COMPARE(ready_of({item, item}, within(limit)), (Indices{0, 1}));
    }

    void nothingToWaitForLastsUntilTheDeadline() {
        const auto begin = Clock::now();
        QCOMPARE(ready_of({}, within(moment)), Indices());
        QVERIFY(Clock::now() - begin >= moment);
    }

    void deadlineInThePastPolls() {
        const auto pair = make_channel(true);
        const std::vector<WaitItem> items{{pair->first.get(), WaitKind::channel}};
        QCOMPARE(ready_of(items, within(-1h)), Indices());
        QCOMPARE(ready_of(items, {Clock::time_point::min(), no_handle}), Indices());
        seam::send_text(pair->second.get(), "x");
        QTRY_COMPARE(ready_of(items, within(-1h)), Indices{0});
    }

    void neverReturnsBeforeTheDeadline() {
        const auto pair = make_channel(true);
        const std::vector<WaitItem> items{{pair->first.get(), WaitKind::channel}};
        for (const Clock::duration time : {Clock::duration(1us), Clock::duration(999us), Clock::duration(3500us)}) {
            const auto end = Clock::now() + time;
            QCOMPARE(ready_of(items, {end, no_handle}), Indices());
            QVERIFY(Clock::now() >= end);
        }
    }

    void stopSignalEndsTheWait() {
        const auto pair = make_channel(true);
        const auto stop = make_signal();
        std::jthread raiser([&stop] { raise_signal(stop->get()); });
        const WaitItem item{pair->first.get(), WaitKind::channel};
        const auto ready = wait_any({&item, 1}, {Clock::now() + limit, stop->get()});
        QVERIFY(!ready);
        QVERIFY(ready.error() == std::errc::operation_canceled);
    }

    void raisedSignalStaysRaised() {
        const auto signal = make_signal();
        const std::vector<WaitItem> items{{signal->get(), WaitKind::signal}};
        QCOMPARE(ready_of(items, within(0s)), Indices());
        raise_signal(signal->get());
        raise_signal(signal->get());
        QCOMPARE(ready_of(items, within(limit)), Indices{0});
        QCOMPARE(ready_of(items, within(limit)), Indices{0});
    }
};

const support::TestClass<TestWaiter> registered;

}  // namespace

#include "waiter.moc"
