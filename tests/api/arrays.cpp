// Array and RawArray: elements that several processes share, and their lock.

#include "support/system.hpp"
#include "support/targets.hpp"
#include "support/test_case.hpp"
#include "support/travel.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <list>
#include <memory>
#include <mutex>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <system_error>
#include <vector>

using spork::Array;
using spork::Connection;
using spork::Lock;
using spork::RawArray;
using support::ChildGuard;
using support::limit;
using support::reread;
using support::travelled;
using support::Word;

namespace {

const std::vector<int> ten{680, 626, 934, 821, 150, 233, 548, 982, 714, 831};

struct Field {
    char name[12];
    double value;
};

spork::Global<Array<int>> global_array{1, 2, 3};
spork::Global<Array<int>> global_zeros{Array<int>(10)};

template <template <class> class A>
void sum_up(A<int> numbers) {
    std::partial_sum(numbers.begin(), numbers.end(), numbers.begin());
}

void sum_up_locked(Array<int> numbers) {
    numbers.with([](std::span<int> all) { std::partial_sum(all.begin(), all.end(), all.begin()); });
}

template <template <class> class A>
void double_all(A<double> numbers, A<char> text) {
    for (double& number : numbers) {
        number *= 2;
    }
    text.set_value(text.value() + text.value());
}

void fill_part(RawArray<std::byte> bytes, int part, int parts, Connection parent) {
    const std::size_t first = bytes.size() / parts * part;
    const bool all_see_the_first = bytes[0] == std::byte{99};
    bytes[first + 1] = static_cast<std::byte>(part + 1);
    bytes[bytes.size() / parts * (part + 1) - 1] = static_cast<std::byte>(part + 1);
    parent.send(all_see_the_first);
}

void append(Array<int> numbers, int writer, int times) {
    for (int i = 0; i < times; ++i) {
        const std::scoped_lock held(numbers.get_lock());
        const int end = ++numbers[0];
        numbers[end] = writer;
    }
}

void die_inside(Array<int> numbers, Connection parent) {
    numbers.with([&](std::span<int> all) {
        all[0] = 1;
        parent.send(Word::ready);
        parent.recv<Word>();
    });
}

void change_global(Connection parent) {
    parent.send(global_array->value());
    (*global_array)[1] = 22;
}

struct Equipment {
    std::vector<Array<int>> arrays;
    spork::Value<double> sum;
    Lock lock;
    Connection answers;
};

/// Gets everything that it works with after it has started.
void work_with_equipment(Connection parent) {
    parent.send(Word::ready);
    const auto equipment = parent.recv<Equipment>();
    const std::scoped_lock held(equipment.lock);
    for (const Array<int>& array : equipment.arrays) {
        equipment.sum.with([&](double& sum) { sum += std::accumulate(array.begin(), array.end(), 0.0); });
        array[0] = 0;
    }
    equipment.answers.send(Word::done);
}

class TestArray : public support::MethodTest {
    Q_OBJECT

    template <template <class> class A>
    static void sums(void (*target)(A<int>)) {
        const A<int> numbers(ten);
        QCOMPARE(numbers.size(), std::size_t{10});
        QCOMPARE(numbers[3], 821);
        const auto part = numbers.slice(2, 7);
        QCOMPARE(std::vector(part.begin(), part.end()), (std::vector{934, 821, 150, 233, 548}));
        std::ranges::copy(std::array{1, 2, 3, 4}, numbers.slice(4, 8).begin());
        ChildGuard child(method(), target, numbers);
        QCOMPARE(child.exitcode(), std::optional(0));
        QCOMPARE(numbers.value(), (std::vector{680, 1306, 2240, 3061, 3062, 3064, 3067, 3071, 3785, 4616}));
    }

    template <template <class> class A>
    static void doubles() {
        const A<double> numbers(10);
        std::iota(numbers.begin(), numbers.end(), 0.0);
        const A<char> text(20);
        text.set_value("hello");
        ChildGuard child(method(), double_all<A>, numbers, text);
        QCOMPARE(child.exitcode(), std::optional(0));
        for (int i = 0; i < 10; ++i) {
            QCOMPARE(numbers[i], 2.0 * i);
        }
        QCOMPARE(text.value(), std::string("hellohello"));
    }

private slots:
    void childSumsUp() { sums(sum_up<Array>); }
    void childSumsUpUnderTheLock() { sums(sum_up_locked); }
    void childSumsUpARawArray() { sums(sum_up<RawArray>); }
    void childDoubles() { doubles<Array>(); }
    void childDoublesRawArrays() { doubles<RawArray>(); }

    void writersTakeTurns() {
        constexpr int children = 4;
        constexpr int times = 250;
        const Array<int> numbers(1 + children * times);
        {
            std::vector<std::unique_ptr<ChildGuard>> guards;
            for (int writer = 1; writer <= children; ++writer) {
                guards.push_back(std::make_unique<ChildGuard>(method(), append, numbers, writer, times));
            }
            for (auto& guard : guards) {
                QCOMPARE(guard->exitcode(), std::optional(0));
            }
        }
        QCOMPARE(numbers[0], children * times);
        for (int writer = 1; writer <= children; ++writer) {
            QCOMPARE(std::ranges::count(numbers.slice(1), writer), times);
        }
    }

    void killedWriterLeavesTheLock() {
        const Array<int> numbers(2);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), die_inside, numbers, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        child->kill();
        QCOMPARE(numbers.with([](std::span<int> all) { return all[0]; }), 1);
        QVERIFY(numbers.get_lock().abandoned());
    }

    void reachesAChildThatRunsAlready() {
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), work_with_equipment, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        auto [answers, answering] = spork::Pipe(false);
        const Equipment equipment{{Array<int>{1, 2}, Array<int>{3}}, spork::Value<double>(0.5), Lock(), answering};
        here.send(equipment);
        QCOMPARE(answers.recv<Word>(limit), Word::done);
        QVERIFY(equipment.lock.try_lock_for(limit));
        QCOMPARE(equipment.sum.value(), 6.5);
        QCOMPARE(equipment.arrays[0][0], 0);
        QCOMPARE(equipment.arrays[1][0], 0);
    }

    void gigabyteIsNeverCopied() {
        constexpr int children = 4;
        const RawArray<std::byte> bytes(std::size_t{1} << 30);
        bytes[0] = std::byte{99};
        spork::Writer writer;
        writer.write(bytes);
        QVERIFY(writer.bytes().size() < 100);
        auto [here, there] = spork::Pipe();
        std::vector<std::unique_ptr<ChildGuard>> guards;
        for (int part = 0; part < children; ++part) {
            guards.push_back(std::make_unique<ChildGuard>(method(), fill_part, bytes, part, children, there));
        }
        for (int part = 0; part < children; ++part) {
            QVERIFY(here.recv<bool>(limit));
        }
        for (int part = 0; part < children; ++part) {
            const auto mine = bytes.slice(bytes.size() / children * part, bytes.size() / children * (part + 1));
            QCOMPARE(mine[1], static_cast<std::byte>(part + 1));
            QCOMPARE(mine.back(), static_cast<std::byte>(part + 1));
        }
    }

    void globalIsTheSameInAChild() {
        global_array->set_value({1, 2, 3});
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), change_global, there);
        QCOMPARE(here.recv<std::vector<int>>(limit), (std::vector{1, 2, 3}));
        QCOMPARE(child.exitcode(), std::optional(0));
        QCOMPARE(global_array->value(), (std::vector{1, 22, 3}));
    }
};

template <class A>
concept HasLock = requires(A& array) {
    array.get_lock();
};
static_assert(HasLock<Array<int>> && HasLock<const Array<int>> && !HasLock<RawArray<int>>);
static_assert(std::ranges::contiguous_range<Array<int>> && std::ranges::contiguous_range<const RawArray<int>>);
static_assert(!std::is_convertible_v<int, Array<int>>);
static_assert(!std::is_constructible_v<Array<int>, std::vector<std::string>>);
static_assert(spork::Transferable<Array<Field>> && spork::Transferable<RawArray<Field>>);

/// What needs no child.
class TestArrayAlone : public support::LeakTest {
    Q_OBJECT

private slots:
    void madeOfElementsOrOfTheirNumber() {
        QCOMPARE(Array<int>({11, 22, 33}).value(), (std::vector{11, 22, 33}));
        QCOMPARE(Array<int>{10}.value(), std::vector{10});
        QCOMPARE(Array<int>(10).value(), std::vector<int>(10));
        QCOMPARE(Array<int>(10, {.lock = false}).size(), std::size_t{10});
        QCOMPARE(Array<int>(ten).value(), ten);
        QCOMPARE(Array<int>(std::list{1, 2}).value(), (std::vector{1, 2}));
        QCOMPARE(Array<int>(std::span(ten).first(2)).value(), (std::vector{680, 626}));
        QCOMPARE(Array<double>(Array<int>{1, 2}).value(), (std::vector{1.0, 2.0}));
        QCOMPARE(global_zeros->value(), std::vector<int>(10));
        QVERIFY(Array<int>().empty());
        QVERIFY(Array<int>(0).get_obj().empty());
        QCOMPARE(RawArray<bool>(3).value(), std::vector<bool>(3));
    }

    void elementsAreZeroThoughMemoryIsReused() {
        for (int round = 0; round < 3; ++round) {
            const Array<int> numbers(10);
            QCOMPARE(numbers.value(), std::vector<int>(10));
            std::iota(numbers.begin(), numbers.end(), 0);
            QCOMPARE(numbers.value(), (std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
        }
    }

    void impossibleNumbersAreErrors() {
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, Array<int>(-1));
        for (const auto count : {std::numeric_limits<std::size_t>::max(), std::numeric_limits<std::size_t>::max() / 4,
                                 std::size_t{1} << 60}) {
            try {
                const Array<int> numbers(count);
                QFAIL("no machine has so much memory");
            } catch (const std::system_error& error) {
                QVERIFY(error.code() == std::errc::not_enough_memory);
                QVERIFY2(std::string(error.what()).find(std::to_string(count) + " elements") != std::string::npos,
                         error.what());
            }
        }
    }

    void accessIsChecked() {
        const Array<int> numbers{1, 2, 3};
        QCOMPARE(numbers.at(2), 3);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, numbers[3]);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, Array<int>()[0]);
        try {
            numbers.at(static_cast<std::size_t>(-1));
            QFAIL("there is no such element");
        } catch (const spork::UsageError& error) {
            QCOMPARE(std::string(error.what()), std::string("index -1 is out of range: the array has 3 elements"));
        }
    }

    void slicesAreCutToTheArray() {
        const Array<int> numbers{1, 2, 3};
        QCOMPARE(numbers.slice(1).size(), std::size_t{2});
        QCOMPARE(numbers.slice(1, 100).size(), std::size_t{2});
        QCOMPARE(numbers.slice(2, 1).size(), std::size_t{0});
        QCOMPARE(numbers.slice(7, 9).size(), std::size_t{0});
        numbers.slice(0, 1)[0] = 5;
        QCOMPARE(numbers[0], 5);
    }

    void replacedOnlyByAsMany() {
        const Array<int> numbers(3);
        numbers.set_value(std::list{4, 5, 6});
        QCOMPARE(numbers.value(), (std::vector{4, 5, 6}));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, numbers.set_value({1, 2}));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, numbers.set_value(ten));
        QCOMPARE(numbers.value(), (std::vector{4, 5, 6}));
    }

    void textEndsAtItsFirstZero() {
        const Array<char> text("Hello");
        QCOMPARE(text.size(), std::size_t{5});
        QCOMPARE(text.value(), std::string("Hello"));
        text[0] = 'h';
        QCOMPARE(text.raw(), std::string("hello"));
        text.set_value("ab");
        QCOMPARE(text.value(), std::string("ab"));
        QCOMPARE(text.raw(), std::string("ab\0lo", 5));
        text.set_value(std::string("12345"));
        QCOMPARE(text.value(), std::string("12345"));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, text.set_value("123456"));
        QCOMPARE(text.raw(), std::string("12345"));
        const RawArray<char16_t> wide(u"\u00e4\u00f6");
        QVERIFY(wide.value() == u"\u00e4\u00f6");
    }

    void structs() {
        const Array<Field> fields{{"width", 1.5}, {"height", 2.5}};
        QCOMPARE(std::string(fields[1].name), std::string("height"));
        QCOMPARE(travelled(fields)[1].value, 2.5);
    }

    void copiesAreTheSameArray() {
        Array<int> numbers(ten);
        const Array<int> same(numbers);
        QVERIFY(same == numbers);
        same[0] = 1;
        QCOMPARE(numbers[0], 1);
        QVERIFY(travelled(numbers) == numbers);
        QVERIFY(travelled(numbers).get_lock() == numbers.get_lock());
        const Array<int> other = numbers.copy();
        QVERIFY(!(other == numbers));
        QVERIFY(!(other.get_lock() == numbers.get_lock()));
        other[0] = 2;
        QCOMPARE(numbers[0], 1);
        QCOMPARE(RawArray<int>(ten).copy().value(), ten);
        const Array<char> text(8);
        text.set_value("ab");
        QCOMPARE(text.copy({.lock = numbers.get_lock()}).raw(), std::string("ab\0\0\0\0\0\0", 8));
    }

    void lockIsOwnOrGivenOrNone() {
        Lock lock;
        const Array<int> given(3, {.lock = lock});
        QVERIFY(given.get_lock() == lock);
        QVERIFY(travelled(given).get_lock() == lock);
        const Array<int> none({1, 2}, {.lock = false});
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, none.get_lock());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, none.with([](std::span<int>) {}));
        QCOMPARE(none.value(), (std::vector{1, 2}));
        const Array<int> own(3, {.lock = true});
        const std::scoped_lock held(own.get_lock());
        own.with([&](std::span<int> all) { all[0] = own.value()[1]; });
    }

    void movedFromArrayIsAnError() {
        Array<int> numbers(ten);
        const Array<int> other = std::move(numbers);
        QCOMPARE(other.size(), std::size_t{10});
        QCOMPARE(numbers.size(), std::size_t{0});
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, numbers[0]);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, numbers.get_obj());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, travelled(numbers));
    }

    void otherTypesAreRefused() {
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, (reread<Array<int>, Array<double>>()));
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, (reread<Array<int>, Array<unsigned>>()));
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, (reread<Array<int>, RawArray<int>>()));
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, (reread<Array<int>, spork::Value<int>>()));
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, (reread<Lock, Array<int>>()));
        auto [here, there] = spork::Pipe();
        there.send(Array<int>(3));
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, here.recv<Array<double>>());
    }

    void tenThousandOneAfterTheOther() {
        const std::size_t before = support::open_handles();
        for (int i = 0; i < 10'000; ++i) {
            const Array<int> numbers(1000);
            numbers[999] = i;
        }
        QVERIFY(support::open_handles() <= before);
    }

    void anySizesComeAndGo() {
        std::mt19937 random(135);
        std::lognormal_distribution<double> size(0.0, 1.0);
        std::vector<RawArray<unsigned>> alive;
        for (unsigned round = 0; round < 5000; ++round) {
            const RawArray<unsigned> numbers(static_cast<std::size_t>(size(random) * 250));
            QCOMPARE(std::ranges::count(numbers, 0u), static_cast<std::ptrdiff_t>(numbers.size()));
            std::ranges::fill(numbers, round);
            alive.push_back(numbers);
            if (alive.size() > 50) {
                const std::size_t place = random() % alive.size();
                const RawArray<unsigned>& oldest = alive[place];
                QVERIFY(oldest.empty() ||
                        std::ranges::count(oldest, oldest[0]) == static_cast<std::ptrdiff_t>(oldest.size()));
                alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(place));
            }
        }
    }
};

const support::TestClass<TestArray> registered;
const support::TestClass<TestArrayAlone> registered_alone;

}  // namespace

#include "arrays.moc"
