// Handles inside items that nobody takes: they go with the queue, wherever the system keeps them meanwhile. What the
// leak guard finds after each test fails it.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

using spork::Connection;
using spork::Event;
using spork::Queue;
using support::ChildGuard;
using support::limit;
using support::Word;

namespace {

constexpr int several = 5;

void put_events(Queue<Event> queue) {
    for (int i = 0; i < several; ++i) {
        queue.put(Event());
    }
}

void put_events_and_hold(Queue<Event> queue, Connection parent) {
    put_events(queue);
    support::hold(parent);
}

void hold_queue(Queue<Event>, Connection parent) {
    support::wait_for_go(parent);
}

class TestQueueHandles : public support::MethodTest {
    Q_OBJECT

private slots:
    void goWithTheLastUser() {
        const Queue<Event> queue;
        ChildGuard child(method(), put_events, queue);
        QCOMPARE(child.exitcode(), std::optional(0));
        QCOMPARE(queue.qsize(), std::size_t{several});
    }

    void someAreTaken() {
        const Queue<Event> queue;
        ChildGuard child(method(), put_events, queue);
        QCOMPARE(child.exitcode(), std::optional(0));
        Event taken = queue.get(limit);
        taken.set();
        QVERIFY(taken.is_set());
    }

    void goWithAnotherProcess() {
        auto [here, there] = spork::Pipe();
        std::optional<ChildGuard> last;
        {
            const Queue<Event> queue;
            last.emplace(method(), hold_queue, queue, there);
            QCOMPARE(here.recv<Word>(limit), Word::ready);
            ChildGuard child(method(), put_events, queue);
            QCOMPARE(child.exitcode(), std::optional(0));
        }
        here.send(Word::go);
        QCOMPARE(last->exitcode(), std::optional(0));
    }

    void goThoughTheOtherUserWasKilled() {
        auto [here, there] = spork::Pipe();
        const Queue<Event> queue;
        ChildGuard child(method(), put_events_and_hold, queue, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        child->kill();
        QVERIFY(child->join(limit));
    }
};

const support::TestClass<TestQueueHandles> registered;

}  // namespace

#include "queue_handles.moc"
