// How queues end: closing, processes that end or are killed, tasks that are done or never will be.

#include "support/queues.hpp"
#include "support/targets.hpp"
#include "support/test_case.hpp"
#include "support/thrown.hpp"

#include <spork/spork.hpp>

#include <memory>
#include <string>
#include <vector>

using spork::Connection;
using spork::Empty;
using spork::JoinableQueue;
using spork::Queue;
using spork::SimpleQueue;
using spork::StartMethod;
using spork::UsageError;
using support::ChildGuard;
using support::limit;
using support::message_of;
using support::moment;
using support::put_range;
using support::Word;
using namespace std::chrono_literals;

namespace {

void put_and_stay(Queue<int> queue, int count, bool close, Connection parent) {
    put_range(queue, 0, count);
    if (close) {
        queue.close();
    }
    parent.send(Word::ready);
    parent.poll(spork::no_limit);
}

void put_until_killed(Queue<int> queue) {
    for (int i = 0;; ++i) {
        queue.put(i);
    }
}

void take_one_and_stay(Queue<int> queue, Connection parent) {
    parent.send(queue.get(limit));
    parent.poll(spork::no_limit);
}

void wait_for_an_item(Queue<int> queue, Connection parent) {
    parent.send(Word::ready);
    try {
        parent.send(queue.get());
    } catch (const Empty&) {
        parent.send(-1);
    }
}

void count_to_the_end(Queue<int> queue, Connection parent) {
    int count = 0;
    for ([[maybe_unused]] const int item : queue) {
        ++count;
    }
    parent.send(count);
}

void work(JoinableQueue<int> tasks, Queue<int> results) {
    for (const int task : tasks) {
        if (task < 0) {
            tasks.task_done();
            return;
        }
        results.put(task * task);
        tasks.task_done();
    }
}

void take_a_task_and_stay(JoinableQueue<int> tasks, Connection parent) {
    parent.send(tasks.get(limit));
    parent.poll(spork::no_limit);
}

void say_whether_empty(SimpleQueue<bool> queue) {
    queue.put(queue.empty());
    queue.put(queue.empty());
}

void hold_queue(Queue<int>, Connection parent) {
    support::hold(parent);
}

void take_for_ever(Queue<int> queue, Connection parent) {
    parent.send(Word::ready);
    for (;;) {
        parent.send(queue.get());
    }
}

class TestQueueEnd : public support::MethodTest {
    Q_OBJECT

private slots:
    void closedIsAnError() {
        const Queue<int> queue;
        queue.put(1);
        queue.close();
        queue.close();
        QVERIFY(message_of([&] { queue.put(2); }).find("is closed") != std::string::npos);
        QVERIFY(message_of([&] { queue.get(); }).find("is closed") != std::string::npos);
        QVERIFY_THROWS_EXCEPTION(UsageError, queue.put_nowait(2));
        QVERIFY_THROWS_EXCEPTION(UsageError, queue.get_nowait());
        QVERIFY_THROWS_EXCEPTION(UsageError, queue.try_get());
        const JoinableQueue<int> tasks;
        tasks.close();
        QVERIFY_THROWS_EXCEPTION(UsageError, tasks.put(2));
        QVERIFY_THROWS_EXCEPTION(UsageError, tasks.get());
    }

    void closedHereIsOpenThere() {
        const Queue<int> queue;
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), count_to_the_end, queue, there);
        put_range(queue, 0, 10);
        queue.close();
        QCOMPARE(here.recv<int>(limit), 10);
    }

    void joiningTheThreadWantsAClosedQueue() {
        const Queue<int> queue;
        QVERIFY_THROWS_EXCEPTION(UsageError, queue.join_thread());
        queue.cancel_join_thread();
        queue.close();
        queue.join_thread();
    }

    void loopEndsWhenAllProducersHaveClosed() {
        const Queue<int> queue;
        auto [here, there] = spork::Pipe();
        ChildGuard first(method(), put_and_stay, queue, 5, true, there);
        ChildGuard second(method(), put_and_stay, queue, 7, true, there);
        int count = 0;
        for ([[maybe_unused]] const int item : queue) {
            ++count;
        }
        QCOMPARE(count, 12);
        QVERIFY(first->is_alive());
        QVERIFY(second->is_alive());
    }

    void loopEndsWhenAllProducersHaveEnded() {
        const Queue<int> queue;
        std::vector<std::unique_ptr<ChildGuard>> guards;
        for (int i = 0; i < 3; ++i) {
            guards.push_back(std::make_unique<ChildGuard>(method(), put_range, queue, 0, 100));
        }
        int count = 0;
        for ([[maybe_unused]] const int item : queue) {
            ++count;
        }
        QCOMPARE(count, 300);
    }

    void loopEndsWhenTheProducerIsKilled() {
        const Queue<int> queue;
        ChildGuard child(method(), put_until_killed, queue);
        QCOMPARE(queue.get(limit), 0);
        child->kill();
        int next = 1;
        for (const int item : queue) {
            QCOMPARE(item, next++);
        }
    }

    void loopEndsWhenAProducerNeverCame() {
        const Queue<int> queue;
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), hold_queue, queue, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QVERIFY(!queue.try_get(moment));
        child->kill();
        QVERIFY_THROWS_EXCEPTION(Empty, queue.get());
    }

    void loopEndsWhenAStartFails() {
        const Queue<int> queue;
        spork::ProcessOptions options;
        options.cwd = "/there/is/no/such/folder";
        auto child = spork::get_context(method()).Process(options, put_range, queue, 0, 1);
        QVERIFY_THROWS_EXCEPTION(spork::StartError, child.start());
        QVERIFY_THROWS_EXCEPTION(Empty, queue.get());
    }

    void idleProducerKeepsItOpen() {
        const Queue<int> queue;
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), put_and_stay, queue, 1, false, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QCOMPARE(queue.get(limit), 0);
        QVERIFY(!queue.try_get(2 * moment));
    }

    void consumersDoNotKeepEachOtherWaiting() {
        const Queue<int> queue;
        auto [here, there] = spork::Pipe();
        ChildGuard first(method(), wait_for_an_item, queue, there);
        ChildGuard second(method(), wait_for_an_item, queue, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QVERIFY(!here.poll(moment));
        queue.put(5);
        QCOMPARE(here.recv<int>(limit), 5);
        queue.close();
        QCOMPARE(here.recv<int>(limit), -1);
    }

    void endIsToldFromATimeLimit() {
        const Queue<int> queue;
        QVERIFY_THROWS_EXCEPTION(Empty, queue.get(1ms));
        ChildGuard child(method(), put_range, queue, 0, 1);
        QCOMPARE(queue.get(limit), 0);
        QVERIFY_THROWS_EXCEPTION(spork::QueueEnded, queue.get(limit));
    }

    void daemonsWorkEndsWithoutAWord() {
        const Queue<int> queue;
        auto [here, there] = spork::Pipe();
        const spork::StandardStream none = spork::StandardStream::null();
        ChildGuard daemon(method(), {.daemon = true}, take_for_ever, queue, there);
        ChildGuard other(method(), {.standard_error = none}, take_for_ever, queue, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        queue.put(1);
        QCOMPARE(here.recv<int>(limit), 1);
        queue.close();
        QCOMPARE(daemon.exitcode(), std::optional(0));
        QCOMPARE(other.exitcode(), std::optional(1));
    }

    void lastHandleGivenUpIsTheEndToo() {
        auto [here, there] = spork::Pipe();
        auto queue = std::make_unique<Queue<int>>();
        ChildGuard child(method(), count_to_the_end, *queue, there);
        put_range(*queue, 0, 3);
        QVERIFY(!here.poll(moment));
        queue.reset();
        QCOMPARE(here.recv<int>(limit), 3);
    }

    void putIntoAFullQueueThatNobodyTakesFrom() {
        const Queue<int> queue(1);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), take_one_and_stay, queue, there);
        queue.put(1);
        QCOMPARE(here.recv<int>(limit), 1);
        queue.put(2);
        child->kill();
        try {
            queue.put(3);
            QFAIL("it was put");
        } catch (const std::system_error& error) {
            QVERIFY(error.code() == std::errc::broken_pipe);
        }
        QCOMPARE(queue.qsize(), std::size_t{1});
    }

    void killedConsumerLeavesTheRest() {
        const Queue<int> queue;
        put_range(queue, 0, 10);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), take_one_and_stay, queue, there);
        QCOMPARE(here.recv<int>(limit), 0);
        child->kill();
        for (int i = 1; i < 10; ++i) {
            QCOMPARE(queue.get(limit), i);
        }
    }

    void largeItemOfAnEndedProcess() {
        const Queue<std::vector<char>> queue;
        ChildGuard child(
            method(), [](Queue<std::vector<char>> items) { items.put(std::vector<char>(100'000'000, 'z')); }, queue);
        child->join(limit);
        QCOMPARE(child->exitcode(), std::optional(0));
        QCOMPARE(queue.get(limit).size(), std::size_t{100'000'000});
    }

    void largeItemThatNobodyTakes() {
        const Queue<std::vector<char>> queue;
        ChildGuard child(
            method(), [](Queue<std::vector<char>> items) { items.put(std::vector<char>(100'000'000, 'z')); }, queue);
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void tasksAreJoined() {
        const JoinableQueue<int> tasks;
        const Queue<int> results;
        std::vector<std::unique_ptr<ChildGuard>> workers;
        for (int i = 0; i < 4; ++i) {
            workers.push_back(
                std::make_unique<ChildGuard>(method(), spork::ProcessOptions{.daemon = true}, work, tasks, results));
        }
        for (int i = 0; i < 10; ++i) {
            tasks.put(i);
        }
        QVERIFY(tasks.join(limit));
        QCOMPARE(results.qsize(), std::size_t{10});
        int sum = 0;
        for (int i = 0; i < 10; ++i) {
            sum += results.get(limit);
        }
        QCOMPARE(sum, 285);
        for (int i = 0; i < 4; ++i) {
            tasks.put(-1);
        }
        for (auto& worker : workers) {
            QCOMPARE(worker->exitcode(), std::optional(0));
        }
        QVERIFY(tasks.join(limit));
    }

    void tooManyTasksDone() {
        const JoinableQueue<int> tasks;
        QVERIFY(tasks.join());
        QVERIFY_THROWS_EXCEPTION(UsageError, tasks.task_done());
        tasks.put(1);
        QVERIFY(!tasks.join(moment));
        tasks.get();
        QVERIFY(!tasks.join(moment));
        tasks.task_done();
        QVERIFY(tasks.join());
        QVERIFY_THROWS_EXCEPTION(UsageError, tasks.task_done());
    }

    void tasksOfADeadWorkerCountAsDone() {
        const JoinableQueue<int> tasks;
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), take_a_task_and_stay, tasks, there);
        tasks.put(1);
        QCOMPARE(here.recv<int>(limit), 1);
        QVERIFY(!tasks.join(moment));
        child->kill();
        QVERIFY(tasks.join(limit));
    }

    void tasksThatNobodyCanTakeAreAnError() {
        const JoinableQueue<int> tasks;
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), take_a_task_and_stay, tasks, there);
        tasks.put(1);
        tasks.put(2);
        QCOMPARE(here.recv<int>(limit), 1);
        child->kill();
        QVERIFY_THROWS_EXCEPTION(std::system_error, tasks.join(limit));
    }

    void simpleQueueTellsWhetherItIsEmpty() {
        const SimpleQueue<bool> queue;
        QVERIFY(queue.empty());
        ChildGuard child(method(), say_whether_empty, queue);
        QCOMPARE(child.exitcode(), std::optional(0));
        QVERIFY(!queue.empty());
        QVERIFY(queue.get());
        QVERIFY(!queue.get());
        QVERIFY(queue.empty());
    }

    void simpleQueueIsClosed() {
        const SimpleQueue<int> queue;
        queue.close();
        queue.close();
        QVERIFY_THROWS_EXCEPTION(UsageError, queue.put(1));
        QVERIFY_THROWS_EXCEPTION(UsageError, queue.get());
    }
};

const support::TestClass<TestQueueEnd> registered;

}  // namespace

#include "queue_ends.moc"
