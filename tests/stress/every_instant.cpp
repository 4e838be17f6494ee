// Death at every instant: a process is stepped through an operation on a shared object, instruction by instruction, and
// killed after the first, after the second, and so on until it has done it all. After each death the others go on: they
// take the lock, get the unit, pass or are told that a barrier is broken, and every count is right.

#include "instant_test.hpp"
#include "scale.hpp"

#include "support/test_case.hpp"
#include "support/travel.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

using namespace std::chrono_literals;

namespace {

const std::chrono::seconds limit = stress::patience();

class TestEveryInstant : public stress::InstantTest {
    Q_OBJECT

    static void has_one_unit(const spork::BoundedSemaphore& semaphore) {
        QVERIFY(semaphore.acquire(true, limit));
        QCOMPARE(semaphore.get_value(), 0);
        QVERIFY(!semaphore.acquire(true, 3ms));
        semaphore.release();
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, semaphore.release());
    }

private slots:
    void lockAndUnlock() {
        kill_everywhere(
            [] {
                spork::Lock lock;
                return Operation<spork::Lock>{lock, [lock] {
                                                  lock.lock();
                                                  lock.unlock();
                                              }};
            },
            [](auto& operation) {
                QVERIFY(operation.object.try_lock_for(limit));
                operation.object.unlock();
                QVERIFY(operation.object.try_lock());
                operation.object.unlock();
            });
    }

    void recursiveLock() {
        kill_everywhere(
            [] {
                spork::RLock lock;
                return Operation<spork::RLock>{lock, [lock] {
                                                   lock.lock();
                                                   lock.lock();
                                                   lock.unlock();
                                                   lock.unlock();
                                               }};
            },
            [](auto& operation) {
                QVERIFY(operation.object.try_lock_for(limit));
                QVERIFY(operation.object.try_lock());
                operation.object.unlock();
                operation.object.unlock();
                QVERIFY_THROWS_EXCEPTION(spork::UsageError, operation.object.unlock());
            });
    }

    void unlockWithASleeper() {
        kill_everywhere(
            [] {
                spork::Lock lock;
                return Operation<spork::Lock>{lock, [lock, first = std::make_shared<bool>(true)] {
                                                  if (std::exchange(*first, false)) {
                                                      lock.lock();
                                                  } else {
                                                      lock.unlock();
                                                  }
                                              }};
            },
            [](auto& operation) {
                std::atomic<bool> taken = false;
                std::jthread sleeper([&] { taken = operation.object.try_lock_for(limit); });
                sleeper.join();
                QVERIFY(taken);
                operation.object.unlock();
            });
    }

    void semaphore() {
        kill_everywhere(
            [] {
                spork::BoundedSemaphore semaphore(1);
                return Operation<spork::BoundedSemaphore>{semaphore, [semaphore] {
                                                              semaphore.acquire();
                                                              semaphore.release();
                                                          }};
            },
            [](auto& operation) { has_one_unit(operation.object); });
    }

    void waiterIsGivenAUnit() {
        kill_everywhere(
            [] {
                spork::BoundedSemaphore semaphore(1);
                semaphore.acquire();
                return Operation<spork::BoundedSemaphore>{semaphore, [semaphore] { semaphore.acquire(true, 10ms); },
                                                          [semaphore] { semaphore.release(); }};
            },
            [](auto& operation) { has_one_unit(operation.object); }, {.coarse = 10});
    }

    void semaphoreOfManyUnits() {
        kill_everywhere(
            [] {
                spork::BoundedSemaphore semaphore(3);
                return Operation<spork::BoundedSemaphore>{semaphore, [semaphore] {
                                                              semaphore.acquire();
                                                              semaphore.acquire();
                                                              semaphore.release(2);
                                                          }};
            },
            [](auto& operation) {
                const auto& semaphore = operation.object;
                for (int i = 0; i < 3; ++i) {
                    QVERIFY(semaphore.acquire(true, limit));
                }
                QVERIFY(!semaphore.acquire(true, 3ms));
                semaphore.release(3);
                QVERIFY_THROWS_EXCEPTION(spork::UsageError, semaphore.release());
            });
    }

    void eventIsSet() {
        kill_everywhere(
            [] {
                spork::Event event;
                return Operation<spork::Event>{event, [event] {
                                                   event.clear();
                                                   event.set();
                                               }};
            },
            [](auto& operation) {
                std::atomic<bool> seen = false;
                std::jthread waiter([&] { seen = operation.object.wait(limit); });
                operation.object.set();
                waiter.join();
                QVERIFY(seen);
                operation.object.clear();
                QVERIFY(!operation.object.is_set());
            });
    }

    void conditionIsNotified() {
        kill_everywhere(
            [] {
                spork::Condition condition;
                return Operation<spork::Condition>{condition, [condition] {
                                                       std::scoped_lock hold(condition);
                                                       condition.notify();
                                                       condition.wait(0s);
                                                   }};
            },
            [](auto& operation) {
                std::atomic<bool> notified = false;
                std::jthread waiter([&] {
                    std::scoped_lock hold(operation.object);
                    notified = operation.object.wait(limit);
                });
                while (!notified) {
                    std::scoped_lock hold(operation.object);
                    operation.object.notify();
                }
                waiter.join();
                QVERIFY(notified);
            });
    }

    void barrierIsPassedOrBroken() {
        kill_everywhere(
            [] {
                spork::Barrier barrier(1);
                return Operation<spork::Barrier>{barrier, [barrier] { barrier.wait(); }};
            },
            [](auto& operation) {
                try {
                    QCOMPARE(operation.object.wait(limit), 0);
                } catch (const spork::BrokenBarrierError&) {
                    operation.object.reset();
                    QCOMPARE(operation.object.wait(limit), 0);
                }
            });
    }

    void barrierWithAWaiter() {
        struct Meeting {
            spork::Barrier barrier{2};
            std::shared_future<bool> waiter_went_on;
        };
        kill_everywhere(
            [] {
                Meeting meeting;
                meeting.waiter_went_on = std::async(std::launch::async, [barrier = meeting.barrier] {
                    const auto begin = std::chrono::steady_clock::now();
                    try {
                        barrier.wait(limit);
                    } catch (const spork::BrokenBarrierError&) {
                    }
                    return std::chrono::steady_clock::now() - begin < limit;
                });
                while (meeting.barrier.n_waiting() == 0) {
                    std::this_thread::yield();
                }
                const auto work = [barrier = meeting.barrier,
                                   arrived = std::make_shared<std::optional<spork::Barrier>>()] {
                    if (!*arrived) {
                        *arrived =
                            support::travelled(barrier);  // now its process is one of those that have the barrier
                    } else {
                        (*arrived)->wait();
                    }
                };
                return Operation<Meeting>{meeting, work};
            },
            [](auto& operation) { QVERIFY(operation.object.waiter_went_on.get()); });
    }
};

const support::TestClass<TestEveryInstant> registered;

}  // namespace

#include "every_instant.moc"
