// Queues between processes: what goes in and comes out.

#include "support/queues.hpp"
#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

using spork::Connection;
using spork::Empty;
using spork::Full;
using spork::Queue;
using spork::StartMethod;
using spork::UsageError;
using support::ChildGuard;
using support::limit;
using support::moment;
using support::put_range;
using support::Word;
using namespace std::chrono_literals;

namespace {

void take(Queue<int> queue, int count, Connection parent) {
    for (int i = 0; i < count; ++i) {
        parent.send(queue.get(limit));
    }
}

void answer_with_its_sum(Queue<std::vector<char>> in, Queue<long> out) {
    const std::vector<char> bytes = in.get(limit);
    out.put(std::accumulate(bytes.begin(), bytes.end(), 0L));
}

void put_bytes(Queue<std::string> queue, std::size_t size) {
    queue.put(std::string(size, 'x'));
}

/// An item that knows its place.
struct Item {
    int producer = 0;
    int number = 0;
    std::string text;
};

void produce_items(Queue<Item> queue, int producer, int count) {
    for (int i = 0; i < count; ++i) {
        queue.put({producer, i, std::string(static_cast<std::size_t>(i % 300), 'a')});
    }
}

/// Counts what it took, and checks the order of each producer.
void consume_items(Queue<Item> queue, Queue<std::pair<int, bool>> results) {
    std::map<int, int> last;
    int count = 0;
    bool in_order = true;
    for (const Item& item : queue) {
        const auto [place, fresh] = last.try_emplace(item.producer, -1);
        in_order =
            in_order && item.number > place->second && item.text.size() == static_cast<std::size_t>(item.number % 300);
        place->second = item.number;
        ++count;
    }
    results.put({count, in_order});
}

void pass_on(Queue<int> queue, StartMethod method) {
    queue.put(1);
    ChildGuard child(method, put_range, queue, 2, 1);
    child->join(limit);
}

struct Stubborn {
    int number = 0;
    template <class Archive>
    void save(Archive& archive) const {
        if (number < 0) {
            throw std::invalid_argument("does not travel");
        }
        archive(number);
    }
    template <class Archive>
    void load(Archive& archive) {
        archive(number);
    }
};

/// Made, filled and read before main.
const int from_static_initialiser = [] {
    const Queue<int> queue;
    queue.put(3);
    return queue.get(limit);
}();

void poll_in_vain(Queue<int> queue) {
    try {
        queue.get(false);
    } catch (const Empty&) {
    }
}

void make_one_for_a_child(StartMethod method) {
    const Queue<int> queue;
    auto child = spork::get_context(method).Process(poll_in_vain, queue);
    child.start();
    child.join();
    throw spork::Exit(child.exitcode().value_or(77));
}

class TestQueue : public support::MethodTest {
    Q_OBJECT

private slots:
    void putInAllForms() {
        const Queue<int> queue(6);
        QVERIFY(queue.empty());
        QVERIFY(!queue.full());
        queue.put(1);
        queue.put(2, true);
        queue.put(3, true, spork::no_limit);
        queue.put(4, false);
        queue.put(5, false, spork::no_limit);
        queue.put_nowait(6);
        QVERIFY(!queue.empty());
        QVERIFY(queue.full());
        QVERIFY_THROWS_EXCEPTION(Full, queue.put(7, false));
        QVERIFY_THROWS_EXCEPTION(Full, queue.put(7, false, spork::no_limit));
        QVERIFY_THROWS_EXCEPTION(Full, queue.put_nowait(7));
        const auto begin = std::chrono::steady_clock::now();
        QVERIFY_THROWS_EXCEPTION(Full, queue.put(7, true, 60ms));
        QVERIFY_THROWS_EXCEPTION(Full, queue.put(7, 60ms));
        QVERIFY(std::chrono::steady_clock::now() - begin >= 120ms);
        QVERIFY_THROWS_EXCEPTION(Full, queue.put(7, false, 1h));
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), take, queue, 6, there);
        for (int i = 1; i <= 6; ++i) {
            QCOMPARE(here.recv<int>(limit), i);
        }
        QVERIFY(queue.empty());
        QVERIFY(!queue.full());
    }

    void getInAllForms() {
        const Queue<int> queue;
        QVERIFY(queue.empty());
        ChildGuard child(method(), put_range, queue, 2, 4);
        QCOMPARE(child.exitcode(), std::optional(0));
        QVERIFY(!queue.empty());
        QCOMPARE(queue.get(true, spork::no_limit), 2);
        QCOMPARE(queue.get(true), 3);
        QCOMPARE(queue.get(1s), 4);
        QCOMPARE(queue.get_nowait(), 5);
        QVERIFY(queue.empty());
        QVERIFY_THROWS_EXCEPTION(Empty, queue.get(false));
        QVERIFY_THROWS_EXCEPTION(Empty, queue.get(false, spork::no_limit));
        QVERIFY_THROWS_EXCEPTION(Empty, queue.get_nowait());
        QVERIFY_THROWS_EXCEPTION(Empty, queue.get(false, 1h));
        QVERIFY(!queue.try_get());
    }

    void timeLimitOfGet() {
        const Queue<int> queue;
        const auto begin = std::chrono::steady_clock::now();
        QVERIFY_THROWS_EXCEPTION(Empty, queue.get(true, 60ms));
        QVERIFY_THROWS_EXCEPTION(Empty, queue.get(60ms));
        QVERIFY(!queue.try_get(60ms));
        QVERIFY(std::chrono::steady_clock::now() - begin >= 180ms);
    }

    void sizeIsKnown() {
        const Queue<int> queue;
        QCOMPARE(queue.qsize(), std::size_t{0});
        queue.put(1);
        QCOMPARE(queue.qsize(), std::size_t{1});
        queue.put(5);
        QCOMPARE(queue.qsize(), std::size_t{2});
        queue.get();
        QCOMPARE(queue.qsize(), std::size_t{1});
        queue.get();
        QCOMPARE(queue.qsize(), std::size_t{0});
    }

    void itemsOfParentAndChildKeepTheirOrder() {
        const Queue<int> queue;
        put_range(queue, 0, 10);
        ChildGuard child(method(), put_range, queue, 10, 10);
        for (int i = 0; i < 20; ++i) {
            QCOMPARE(queue.get(limit), i);
        }
        QVERIFY_THROWS_EXCEPTION(Empty, queue.get(false));
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void manyProducersAndConsumers() {
        constexpr int sides = 3;
        constexpr int count = 2000;
        const Queue<Item> queue(100);
        const Queue<std::pair<int, bool>> results;
        std::vector<std::unique_ptr<ChildGuard>> guards;
        for (int side = 0; side < sides; ++side) {
            guards.push_back(std::make_unique<ChildGuard>(method(), consume_items, queue, results));
            guards.push_back(std::make_unique<ChildGuard>(method(), produce_items, queue, side, count));
        }
        queue.close();
        int all = 0;
        for (int side = 0; side < sides; ++side) {
            const auto [taken, in_order] = results.get(limit);
            QVERIFY(in_order);
            all += taken;
        }
        QCOMPARE(all, sides * count);
    }

    void itemsOfAnySize() {
        const Queue<std::string> queue;
        const std::vector<std::size_t> sizes{0, 1, 63, 64, 4096, 16384, 16385, 65535, 65536, 70000, 1 << 20, 33554432};
        for (const std::size_t size : sizes) {
            ChildGuard child(method(), put_bytes, queue, size);
            QCOMPARE(child.exitcode(), std::optional(0));  // before anybody takes it
        }
        for (const std::size_t size : sizes) {
            QVERIFY(queue.get(limit) == std::string(size, 'x'));
        }
        QVERIFY(queue.empty());
    }

    void memoryIsUsedAgain() {
        const Queue<std::vector<char>> in;
        const Queue<long> out;
        const std::vector<char> item(std::size_t{3} << 20, 1);
        for (int i = 0; i < 5; ++i) {
            ChildGuard child(method(), answer_with_its_sum, in, out);
            in.put(item);
            QCOMPARE(out.get(limit), 3L << 20);
        }
    }

    void boundInBytes() {
        const Queue<std::string> queue(0, 100);
        queue.put(std::string(40, 'a'));
        queue.put(std::string(40, 'b'));
        QVERIFY_THROWS_EXCEPTION(Full, queue.put(std::string(40, 'c'), false));
        QCOMPARE(queue.get(), std::string(40, 'a'));
        queue.put(std::string(40, 'c'), false);
        QCOMPARE(queue.get(), std::string(40, 'b'));
        QCOMPARE(queue.get(), std::string(40, 'c'));
        queue.put(std::string(1000, 'd'), false);  // alone
        QCOMPARE(queue.get().size(), std::size_t{1000});
    }

    void waitingPutGoesOnWhenThereIsRoom() {
        const Queue<int> queue(1);
        ChildGuard child(method(), put_range, queue, 0, 50);
        for (int i = 0; i < 50; ++i) {
            QCOMPARE(queue.get(limit), i);
        }
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void itemThatCannotBeEncodedTakesNoSlot() {
        const Queue<Stubborn> queue(1);
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, queue.put({-1}));
        queue.put({5}, false);
        QCOMPARE(queue.qsize(), std::size_t{1});
        QCOMPARE(queue.get(limit).number, 5);
        QVERIFY(queue.empty());
    }

    void itemIsASnapshot() {
        const Queue<std::vector<int>> queue;
        std::vector<int> item{1, 2, 3};
        queue.put(item);
        item[0] = 100;
        QCOMPARE(queue.get(), (std::vector<int>{1, 2, 3}));
    }

    void moveOnlyItems() {
        const Queue<std::unique_ptr<int>> queue;
        queue.put(std::make_unique<int>(7));
        queue.put(nullptr);
        QCOMPARE(*queue.get(), 7);
        QVERIFY(!queue.get());
        queue.put(std::make_unique<int>(8));
        queue.close();
        for (std::unique_ptr<int> item : queue) {
            QCOMPARE(*item, 8);
        }
    }

    void stopEndsAWait() {
        const Queue<int> queue(1);
        std::stop_source stop;
        std::jthread stopper([&] { stop.request_stop(); });
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, queue.get(spork::no_limit, stop.get_token()));
        queue.put(1);
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, queue.put(2, spork::no_limit, stop.get_token()));
        QCOMPARE(queue.qsize(), std::size_t{1});
    }

    void grandchildrenUseItToo() {
        const Queue<int> queue;
        ChildGuard child(method(), pass_on, queue, method());
        QCOMPARE(queue.get(limit) + queue.get(limit), 3);
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void passesBetweenStartMethods() {
        for (const StartMethod maker : spork::get_all_start_methods()) {
            const auto queue = spork::get_context(maker).Queue<int>();
            ChildGuard child(method(), pass_on, queue, maker);
            QCOMPARE(queue.get(limit) + queue.get(limit), 3);
            QCOMPARE(child.exitcode(), std::optional(0));
        }
    }

    void usableInAStaticInitialiser() { QCOMPARE(from_static_initialiser, 3); }

    void madeByAChildForItsChild() {
        ChildGuard child(method(), make_one_for_a_child, method());
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void travelsInsideMessagesAndQueues() {
        auto [here, there] = spork::Pipe();
        const Queue<int> queue;
        here.send(queue);
        const auto arrived = there.recv<Queue<int>>();
        QVERIFY(arrived == queue);
        const Queue<Queue<int>> queues;
        queues.put(arrived);
        queues.get().put(4);
        QCOMPARE(queue.get(limit), 4);
        here.send(queue);
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, there.recv<Queue<long>>());
    }

    void connectionsTravelInItems() {
        const Queue<std::pair<int, Connection>> queue;
        ChildGuard child(
            method(),
            [](Queue<std::pair<int, Connection>> items) {
                for (int i = 0; i < 3; ++i) {
                    const auto [number, connection] = items.get(limit);
                    connection.send(number * 10);
                }
            },
            queue);
        std::vector<Connection> answers;
        for (int i = 0; i < 3; ++i) {
            auto [here, there] = spork::Pipe();
            queue.put({i, there});
            answers.push_back(here);
        }
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(answers[static_cast<std::size_t>(i)].recv<int>(limit), i * 10);
        }
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void itemsWithHandlesAreBounded() {
        const Queue<Connection> queue;
        auto [here, there] = spork::Pipe();
        int count = 0;
        while (!queue.full() && count < 1000) {
            try {
                queue.put(there, false);
            } catch (const Full&) {
                break;
            }
            ++count;
        }
        QCOMPARE(count, 64);
        for (int i = 0; i < count; ++i) {
            queue.get(limit).send(i);
            QCOMPARE(here.recv<int>(limit), i);
        }
    }

    void usableWithoutAProcess() {
        const Queue<std::string> queue(3);
        std::jthread producer([&] {
            for (int i = 0; i < 100; ++i) {
                queue.put(std::to_string(i));
            }
            queue.close();
        });
        int next = 0;
        while (next < 50) {
            QCOMPARE(queue.try_get(limit), std::optional(std::to_string(next++)));
        }
        for (const std::string& item : queue) {
            QCOMPARE(item, std::to_string(next++));
        }
        QCOMPARE(next, 100);
    }

    void movedFromIsAnError() {
        Queue<int> queue;
        const Queue<int> other = std::move(queue);
        QVERIFY_THROWS_EXCEPTION(UsageError, queue.put(1));
        QVERIFY_THROWS_EXCEPTION(UsageError, queue.get());
        QVERIFY_THROWS_EXCEPTION(UsageError, queue.qsize());
    }
};

const support::TestClass<TestQueue> registered;

}  // namespace

#include "queues.moc"
