// Who holds a recursive lock, as threads of several processes see it.

#include "mutex.hpp"
#include "shared_object.hpp"

#include "support/test_case.hpp"

#include <cstdint>
#include <thread>

using spork::detail::LockKind;
using spork::detail::SharedObject;

namespace {

class TestMutex : public support::LeakTest {
    Q_OBJECT

private slots:
    // One process's thread may free the lock, and another process's take it, between two looks of a third thread: it sees
    // the number of one beside the process of the other.
    void otherProcessesThreadsHaveOtherNumbers() {
        const auto object = SharedObject::create(1, LockKind::recursive, 0, "the lock of this test");
        auto& mutex = object->header().mutex;
        std::thread([&] { mutex.word.try_lock(); }).join();
        QVERIFY(mutex.word.held_by_this_process());
        for (std::uint64_t number = 0; number < 1000; ++number) {  // each process counts its threads
            mutex.thread = number;
            QVERIFY(!spork::detail::owns_mutex(mutex));
        }
    }

    void holderKnowsItself() {
        const auto object = SharedObject::create(1, LockKind::recursive, 0, "the lock of this test");
        auto& mutex = object->header().mutex;
        QVERIFY(!spork::detail::owns_mutex(mutex));
        QVERIFY(spork::detail::try_lock_mutex(*object));
        QVERIFY(spork::detail::owns_mutex(mutex));
        bool owned = true;
        std::thread([&] { owned = spork::detail::owns_mutex(mutex); }).join();
        QVERIFY(!owned);
        spork::detail::unlock_mutex(*object);
        QVERIFY(!spork::detail::owns_mutex(mutex));
    }
};

const support::TestClass<TestMutex> registered;

}  // namespace

#include "mutex.moc"
