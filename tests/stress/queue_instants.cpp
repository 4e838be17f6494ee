// Death at every instant of a queue's operations (see every_instant.cpp): afterwards every other item is there once, in its
// order, tasks are joined, and the end of the queue is seen.

#include "instant_test.hpp"
#include "scale.hpp"

#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <memory>
#include <string>
#include <vector>

namespace {

const std::chrono::seconds limit = stress::patience();

/// For what goes through the kernel: thousands of instructions, and hundreds of thousands under the sanitizers, which see
/// the beginning only.
constexpr stress::Instants few{.coarse = 11, .end = 20'000};

class TestQueueInstants : public stress::InstantTest {
    Q_OBJECT

private slots:
    void put_data() { places(); }
    void put() {
        QFETCH(int, filled);
        kill_everywhere(
            [filled] {
                const spork::Queue<std::string> queue;
                fill(queue, filled);
                return Operation<spork::Queue<std::string>>{queue, [queue, item = std::make_shared<std::string>("a")] {
                                                                queue.put(*item);
                                                                item->back()++;
                                                            }};
            },
            [](auto& operation) {
                const auto& queue = operation.object;
                queue.put("y", limit);
                queue.put("z", limit);
                const std::string got = rest_of(queue);
                QVERIFY2(got == "ayz" || got == "abyz", got.c_str());
                QCOMPARE(queue.qsize(), std::size_t{0});
            },
            {.coarse = 2});
    }

    /// What is put is taken before anybody puts again: what the dead one had noted is old by then.
    void putAndTaken_data() { places(); }
    void putAndTaken() {
        QFETCH(int, filled);
        kill_everywhere(
            [filled] {
                const spork::Queue<std::string> queue;
                fill(queue, filled);
                return Operation<spork::Queue<std::string>>{queue, [queue] { queue.put("a"); }};
            },
            [](auto& operation) {
                const auto& queue = operation.object;
                const std::string got = rest_of(queue);
                QVERIFY2(got == "a" || got == "aa", got.c_str());
                fill(queue, 20);
                queue.put("z");
                QCOMPARE(rest_of(queue), std::string("z"));
            });
    }

    void get_data() { places(); }
    void get() {
        QFETCH(int, filled);
        kill_everywhere(
            [filled] {
                const spork::Queue<std::string> queue;
                fill(queue, filled);
                for (const char* item : {"a", "b", "c", "d"}) {
                    queue.put(item);
                }
                return Operation<spork::Queue<std::string>>{queue, [queue] { queue.get(); }};
            },
            [](auto& operation) {
                const auto& queue = operation.object;
                queue.put("z", limit);
                const std::string got = rest_of(queue);
                QVERIFY2(got == "bcdz" || got == "cdz", got.c_str());
                QCOMPARE(queue.qsize(), std::size_t{0});
            },
            {.coarse = 2});
    }

    void getInPlace() {
        constexpr std::size_t large = 30'000;
        kill_everywhere(
            [] {
                const spork::Queue<std::string> queue;
                for (const char item : {'a', 'b', 'c', 'd'}) {
                    queue.put(std::string(large, item));
                }
                return Operation<spork::Queue<std::string>>{queue, [queue] { queue.get(); }};
            },
            [](auto& operation) {
                const auto& queue = operation.object;
                std::string got;
                while (const auto item = queue.try_get()) {
                    QCOMPARE(*item, std::string(large, item->front()));
                    got += item->front();
                    queue.put(std::string(large, 'x'), limit);  // memory is used again
                    if (got.size() == 6) {
                        break;
                    }
                }
                QVERIFY2(got == "bcdxxx" || got == "cdxxxx", got.c_str());
            },
            {.coarse = 2, .end = 1500});  // after that it copies
    }

    void bounded() {
        kill_everywhere(
            [] {
                const spork::Queue<int> queue(2);
                queue.put(0);
                queue.put(1);
                return Operation<spork::Queue<int>>{queue, [queue, next = std::make_shared<int>(2)] {
                                                        queue.get();
                                                        queue.put((*next)++);
                                                    }};
            },
            [](auto& operation) {
                const auto& queue = operation.object;
                std::string got;
                for (bool put = false; !put;) {
                    try {
                        queue.put(9, false);
                        put = true;
                    } catch (const spork::Full&) {
                        got += std::to_string(queue.get(limit));
                    }
                }
                while (const auto item = queue.try_get()) {
                    got += std::to_string(*item);
                }
                QVERIFY2(got == "129" || got == "29" || got == "239", got.c_str());
            },
            {.coarse = 2});
    }

    void tasks() {
        kill_everywhere(
            [] {
                spork::JoinableQueue<int> queue;
                for (int i = 0; i < 4; ++i) {
                    queue.put(i);
                }
                return Operation<spork::JoinableQueue<int>>{queue, [queue] {
                                                                queue.get();
                                                                queue.task_done();
                                                            }};
            },
            [](auto& operation) {
                const auto& queue = operation.object;
                int count = 0;
                while (queue.try_get()) {
                    ++count;
                    queue.task_done();
                }
                QVERIFY(count == 3 || count == 2);
                QVERIFY(queue.join(limit));
                QVERIFY_THROWS_EXCEPTION(spork::UsageError, queue.task_done());
            },
            {.coarse = 2});
    }
    void handles() {
        using Q = spork::Queue<spork::Connection>;
        kill_everywhere(
            [] {
                auto [a, b] = spork::Pipe();
                Q queue;
                queue.put(a);
                queue.put(b);
                return Operation<Q>{queue, [queue] { queue.put(queue.get()); }};
            },
            [](auto& operation) {
                const auto& queue = operation.object;
                auto [a, b] = spork::Pipe();
                queue.put(a, limit);
                queue.put(b, limit);
                std::vector<spork::Connection> all;
                while (!queue.empty()) {
                    all.push_back(queue.get(limit));
                }
                QVERIFY(all.size() == 3 || all.size() == 4);
                all[all.size() - 2].send(5);
                QCOMPARE(all.back().template recv<int>(limit), 5);
            },
            few);
    }
    void passedOn() {
        kill_everywhere(
            [] {
                spork::Queue<int> queue;
                auto [a, b] = spork::Pipe();
                return Operation<spork::Queue<int>>{queue, [queue, a = a, b = b] {
                                                        a.send(queue);
                                                        auto q = b.template recv<spork::Queue<int>>();
                                                        q.put(1);
                                                        q.close();
                                                    }};
            },
            [](auto& operation) {
                const auto& queue = operation.object;
                int n = 0;
                try {
                    for (;;) {
                        queue.get(limit);
                        ++n;
                    }
                } catch (const spork::QueueEnded&) {
                }
                QVERIFY(n <= 2);
            },
            few);
    }

private:
    static void places() {
        QTest::addColumn<int>("filled");
        QTest::newRow("in the middle") << 1;
        QTest::newRow("at the end of a chunk") << 4;
    }

    /// Items that were there once: of a chunk of 64 KiB four of them leave room for one short item.
    static void fill(const spork::Queue<std::string>& queue, int items) {
        for (int i = 0; i < items; ++i) {
            queue.put(std::string(16'336, static_cast<char>('A' + i)));
        }
        for (int i = 0; i < items; ++i) {
            std::string item = queue.get();
            while (item.size() == 1) {
                item = queue.get();  // the dead one's, made known by the next to put
            }
            QCOMPARE(item, std::string(16'336, static_cast<char>('A' + i)));
        }
    }

    static std::string rest_of(const spork::Queue<std::string>& queue) {
        std::string all;
        while (const auto item = queue.try_get()) {
            all += *item;
        }
        return all;
    }
};

const support::TestClass<TestQueueInstants> registered;

}  // namespace

#include "queue_instants.moc"
