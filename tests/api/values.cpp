// Value and RawValue: one value that several processes share, and its lock.

#include "support/targets.hpp"
#include "support/test_case.hpp"
#include "support/travel.hpp"

#include <spork/spork.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

using spork::Connection;
using spork::Lock;
using spork::RawValue;
using spork::RLock;
using spork::Value;
using support::ChildGuard;
using support::limit;
using support::reread;
using support::travelled;
using support::Word;

namespace {

struct Point {
    int x;
    double y;
    std::int64_t z;
};

struct Level {
    int number = 3;
    char name[12] = "three";
};

struct alignas(64) Line {
    int number;
};

spork::Global<Value<int>> global_value{5};

template <template <class> class V>
struct Numbers {
    V<int> integer{4343};
    V<double> real{3.625};
    V<short> small{short{-232}};
    V<std::int64_t> large{std::int64_t{1} << 33};
    V<char> letter{'x'};
};

template <template <class> class V>
void change(V<int> integer, V<double> real, V<short> small, V<std::int64_t> large, V<char> letter) {
    integer.set_value(24234);
    real.set_value(-4.25);
    small.set_value(234);
    large.set_value(std::int64_t{1} << 34);
    letter.set_value('y');
}

template <template <class> class V>
void double_it(V<int> integer, V<double> real, V<std::int64_t> large, V<Point> point) {
    integer.get_obj() *= 2;
    real.get_obj() *= 2;
    large.get_obj() *= 2;
    point.get_obj().x *= 2;
    point.get_obj().y *= 2;
}

void double_locked(Value<int> integer, Value<double> real, Value<std::int64_t> large, Value<Point> point) {
    const auto twice = [](auto& number) { number *= 2; };
    integer.with(twice);
    real.with(twice);
    large.with(twice);
    point.with([&](Point& p) {
        twice(p.x);
        twice(p.y);
    });
}

void increment(Value<int> value, RawValue<std::atomic<int>> atomic, int times) {
    for (int i = 0; i < times; ++i) {
        value.with([](int& number) { ++number; });
        ++atomic.get_obj();
    }
}

/// Writes half of what it should, says so, and waits until it is killed.
void die_inside(Value<Point> value, Connection parent) {
    value.with([&](Point& point) {
        point.x = 1;
        parent.send(Word::ready);
        parent.recv<Word>();
        point.y = 1;
    });
}

void compare_locks(Value<int> value, spork::AnyLock lock, Connection parent) {
    const bool same = value.get_lock() == lock;
    const std::unique_lock held(value.get_lock(), std::try_to_lock);
    parent.send(same && !held.owns_lock());
}

void raise_global(Value<int> same, Connection parent) {
    parent.send(*global_value == same);
    global_value->with([](int& number) { number += 10; });
}

class TestValue : public support::MethodTest {
    Q_OBJECT

    template <template <class> class V>
    static void changes() {
        const Numbers<V> v;
        QCOMPARE(v.integer.value(), 4343);
        QCOMPARE(v.real.value(), 3.625);
        QCOMPARE(v.small.value(), short{-232});
        QCOMPARE(v.large.value(), std::int64_t{1} << 33);
        QCOMPARE(v.letter.value(), 'x');
        ChildGuard child(method(), change<V>, v.integer, v.real, v.small, v.large, v.letter);
        QCOMPARE(child.exitcode(), std::optional(0));
        QCOMPARE(v.integer.value(), 24234);
        QCOMPARE(v.real.value(), -4.25);
        QCOMPARE(v.small.value(), short{234});
        QCOMPARE(v.large.value(), std::int64_t{1} << 34);
        QCOMPARE(v.letter.value(), 'y');
    }

    template <template <class> class V, class F>
    static void doubles(F target) {
        const V<int> integer(7);
        const V<double> real(1.0 / 3.0);
        const V<std::int64_t> large(std::int64_t{1} << 33);
        const V<Point> point(Point{3, 2, 0});
        ChildGuard child(method(), target, integer, real, large, point);
        QCOMPARE(child.exitcode(), std::optional(0));
        QCOMPARE(integer.value(), 14);
        QCOMPARE(real.value(), 2.0 / 3.0);
        QCOMPARE(large.value(), std::int64_t{1} << 34);
        QCOMPARE(point.value().x, 6);
        QCOMPARE(point.value().y, 4.0);
    }

private slots:
    void childChangesValues() { changes<Value>(); }
    void childChangesRawValues() { changes<RawValue>(); }
    void childDoublesWithoutTheLock() {
        doubles<Value>(double_it<Value>);
        doubles<RawValue>(double_it<RawValue>);
    }
    void childDoublesUnderTheLock() { doubles<Value>(double_locked); }

    void noIncrementIsLost() {
        constexpr int children = 4;
        constexpr int times = 1000;
        const Value<int> value;
        const RawValue<std::atomic<int>> atomic;
        {
            std::vector<std::unique_ptr<ChildGuard>> guards;
            for (int i = 0; i < children; ++i) {
                guards.push_back(std::make_unique<ChildGuard>(method(), increment, value, atomic, times));
            }
            for (auto& guard : guards) {
                QCOMPARE(guard->exitcode(), std::optional(0));
            }
        }
        QCOMPARE(value.value(), children * times);
        QCOMPARE(atomic.get_obj().load(), children * times);
    }

    void killedWriterLeavesTheLock() {
        const Value<Point> value(Point{});
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), die_inside, value, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QVERIFY(!value.get_lock().try_lock());
        child->kill();
        value.with([&](Point& point) {
            QCOMPARE(point.x, 1);
            QCOMPARE(point.y, 0.0);
            QVERIFY(value.get_lock().abandoned());
            point = {};
            value.get_lock().make_consistent();
        });
        QVERIFY(!value.get_lock().abandoned());
    }

    void callersLockGoesAlong_data() {
        QTest::addColumn<bool>("recursive");
        QTest::newRow("Lock") << false;
        QTest::newRow("RLock") << true;
    }
    void callersLockGoesAlong() {
        QFETCH(bool, recursive);
        const spork::AnyLock lock = recursive ? spork::AnyLock(RLock()) : spork::AnyLock(Lock());
        const Value<int> value(1, {.lock = lock});
        QVERIFY(value.get_lock() == lock);
        const std::scoped_lock held(value.get_lock());
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), compare_locks, value, lock, there);
        QVERIFY(here.recv<bool>(limit));
    }

    void ownLockGoesAlong() {
        const Value<int> value;
        const std::scoped_lock held(value.get_lock());
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), compare_locks, value, value.get_lock(), there);
        QVERIFY(here.recv<bool>(limit));
    }

    void globalIsTheSameInAChild() {
        auto [here, there] = spork::Pipe();
        global_value->set_value(5);
        ChildGuard child(method(), raise_global, *global_value, there);
        QVERIFY(here.recv<bool>(limit));
        QCOMPARE(child.exitcode(), std::optional(0));
        QCOMPARE(global_value->value(), 15);
    }
};

template <class V>
concept HasLock = requires(V& value) {
    value.get_lock();
};
static_assert(HasLock<Value<int>> && HasLock<const Value<int>> && !HasLock<RawValue<int>>);
static_assert(std::is_same_v<decltype(std::declval<Value<int>&>().get_lock()), spork::AnyLock&>);
static_assert(!std::is_convertible_v<Value<int>, int> && !std::is_convertible_v<int, Value<int>>);
static_assert(!std::is_constructible_v<spork::LockChoice, Lock*>);
static_assert(spork::Transferable<Value<Point>> && spork::Transferable<RawValue<Point>>);

/// What needs no child.
class TestValueAlone : public support::LeakTest {
    Q_OBJECT

private slots:
    void firstValueIsZeroOrWhatItsTypeSays() {
        QCOMPARE(Value<int>().value(), 0);
        QCOMPARE(RawValue<double>().value(), 0.0);
        QCOMPARE(Value<Point>().value().z, std::int64_t{0});
        QCOMPARE(Value<Level>().value().number, 3);
        QCOMPARE(std::string(Value<Level>().get_obj().name), std::string("three"));
    }

    void anyPlainTypeHasRoom() {
        const Value<std::array<int, 1000>> table;
        table.get_obj()[999] = 1;
        QCOMPARE(table.value()[999], 1);
        QVERIFY(Value<bool>(true).value());
        QCOMPARE(Value<Word>(Word::done).value(), Word::done);
        QCOMPARE(Value<Line>(Line{4}).value().number, 4);
        QCOMPARE(reinterpret_cast<std::uintptr_t>(&Value<Line>().get_obj()) % 64, std::uintptr_t{0});
    }

    void withReturnsWhatItsFunctionReturns() {
        const Value<int> value(20);
        QCOMPARE(value.with([](int& number) { return ++number * 2; }), 42);
        QCOMPARE(value.value(), 21);
    }

    void exceptionFreesTheLock() {
        const Value<int> value;
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, value.with([](int&) { throw std::runtime_error("no"); }));
        QVERIFY(taken_elsewhere(value.get_lock()));
    }

    void lockNests() {
        Value<int> value;
        {
            const std::scoped_lock held(value.get_lock());
            value.set_value(value.value() + 1);
            value.with([&](int& number) { number += value.value(); });
            QVERIFY(!taken_elsewhere(value.get_lock()));
        }
        QCOMPARE(value.value(), 2);
        QVERIFY(taken_elsewhere(value.get_lock()));
    }

    void withoutALock() {
        const Value<int> value(1, {.lock = false});
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, value.get_lock());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, value.with([](int&) {}));
        value.set_value(value.value() + 1);
        QCOMPARE(value.get_obj(), 2);
        const Value<int> arrived = travelled(value);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, arrived.get_lock());
        QCOMPARE(arrived.value(), 2);
    }

    void valuesShareALock() {
        const RLock lock;
        const std::vector<Value<int>> arrived =
            travelled(std::vector{Value<int>(1, {.lock = lock}), Value<int>(2, {.lock = lock}), Value<int>(3)});
        QVERIFY(arrived[0].get_lock() == lock);
        QVERIFY(arrived[1].get_lock() == arrived[0].get_lock());
        QVERIFY(!(arrived[2].get_lock() == lock));
        const Value<int> borrower(4, {.lock = arrived[2].get_lock()});
        QVERIFY(travelled(borrower).get_lock() == arrived[2].get_lock());
    }

    void copiesAreTheSameValue() {
        const Value<int> value(1);
        const Value<int> same = value;
        QVERIFY(same == value);
        QVERIFY(!(Value<int>(1) == value));
        same.set_value(2);
        QCOMPARE(value.value(), 2);
        QVERIFY(travelled(value) == value);
        QVERIFY(travelled(value).get_lock() == value.get_lock());
    }

    void copyIsAnotherValue() {
        const Value<Point> value(Point{2, 5.0, std::int64_t{1} << 33});
        const Value<Point> other = value.copy();
        value.set_value({});
        QCOMPARE(other.value().x, 2);
        QCOMPARE(other.value().y, 5.0);
        QCOMPARE(other.value().z, std::int64_t{1} << 33);
        QVERIFY(!(other.get_lock() == value.get_lock()));
        QVERIFY(other.copy({.lock = value.get_lock()}).get_lock() == value.get_lock());
        const RawValue<int> raw(3);
        const RawValue<int> raw_copy = raw.copy();
        raw.set_value(4);
        QCOMPARE(raw_copy.value(), 3);
    }

    void movedFromValueIsAnError() {
        Value<int> value(1);
        Value<int> other = std::move(value);
        QCOMPARE(other.value(), 1);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, value.get_obj());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, value.get_lock());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, travelled(value));
        value = std::move(other);
        QCOMPARE(value.value(), 1);
    }

    void otherTypesAreRefused() {
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, (reread<Value<int>, Value<double>>()));
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, (reread<Value<int>, Value<unsigned>>()));
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, (reread<Value<int>, RawValue<int>>()));
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, (reread<Value<int>, spork::Array<int>>()));
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, (reread<Lock, Value<int>>()));
    }

private:
    static bool taken_elsewhere(const spork::AnyLock& lock) {
        bool taken = false;
        std::thread([&] {
            taken = lock.try_lock();
            if (taken) {
                lock.unlock();
            }
        }).join();
        return taken;
    }
};

const support::TestClass<TestValue> registered;
const support::TestClass<TestValueAlone> registered_alone;

}  // namespace

#include "values.moc"
