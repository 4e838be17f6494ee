// What is known of a callable at compile time: its parameters, and what is kept of its arguments.

#include "support/test_case.hpp"

#include <spork/task.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

using spork::detail::Kept;
using spork::detail::Parameters;

namespace {

[[maybe_unused]] void function(int, const std::string&) {}
[[maybe_unused]] void noexcept_function(double) noexcept {}

struct Counter {
    int value = 0;
    int add(int more) { return value += more; }
    int get() const noexcept { return value; }
};

struct Object {
    void operator()(std::string_view, std::span<const int>) const {}
};

struct Overloaded {
    int operator()(int) const { return 1; }
    int operator()(const std::string&) const { return 2; }
};

template <class F, std::size_t I, class A>
using kept = typename Kept<F, I, A>::type;

static_assert(Parameters<decltype(&function)>::count == 2 && Parameters<decltype(&noexcept_function)>::count == 1);
static_assert(!Parameters<Overloaded>::known);
static_assert(Parameters<spork::Function<&Counter::add>>::count == 2);

// A value of the parameter's type is kept, whatever the argument is; a view is kept as what it views.
static_assert(std::is_same_v<kept<decltype(&function), 0, double>, int>);
static_assert(std::is_same_v<kept<decltype(&function), 1, const char (&)[5]>, std::string>);
static_assert(std::is_same_v<kept<Object, 0, std::string&>, std::string>);
static_assert(std::is_same_v<kept<Object, 1, std::vector<int>&>, std::vector<int>>);
static_assert(std::is_same_v<kept<spork::Function<&Counter::add>, 0, Counter&>, Counter>);
static_assert(std::is_same_v<kept<spork::Function<&Counter::get>, 0, Counter&>, Counter>);
static_assert(std::is_same_v<kept<Overloaded, 0, const char (&)[5]>, std::string>);

// A raw pointer stays one, so that the error names it.
using TakesPointer = void (*)(int*);
static_assert(std::is_same_v<kept<TakesPointer, 0, int*>, int*>);

int add(int a, int b) {
    return a + b;
}
int take(std::unique_ptr<int> number) {
    return *number;
}
int& change(int& number) {
    return ++number;
}

class TestCallables : public QObject {
    Q_OBJECT

private slots:
    void bindKeepsCopies() {
        int a = 1;
        const auto task = spork::bind(add, a, 2.9);
        a = 100;
        QCOMPARE(task(), 3);
        QCOMPARE(task(), 3);
        static_assert(std::is_same_v<decltype(task), const spork::Task<int>>);
    }

    void overloadIsChosenByTheArgument() {
        QCOMPARE(spork::bind(Overloaded(), 1)(), 1);
        QCOMPARE(spork::bind(Overloaded(), "text")(), 2);
    }

    void memberFunctionsTakeTheirObjectFirst() {
        Counter counter{1};
        const auto task = spork::bind(spork::fn<&Counter::add>, counter, 2);
        QCOMPARE(task(), 3);
        QCOMPARE(task(), 5);  // the task's own copy
        QCOMPARE(counter.value, 1);
        QCOMPARE(spork::bind(spork::fn<&Counter::get>, counter)(), 1);
        QCOMPARE(spork::fn<&add>(1, 2), 3);
    }

    void referencesAreToTheKeptValue() {
        int number = 1;
        const auto task = spork::bind(change, number);
        QCOMPARE(task(), 2);
        QCOMPARE(task(), 3);
        QCOMPARE(number, 1);
        static_assert(std::is_same_v<decltype(task), const spork::Task<int>>, "a result is a value");
    }

    void valuesThatOnlyMoveAreThereOnce() { QCOMPARE(spork::bind(take, std::make_unique<int>(4))(), 4); }
};

const support::TestClass<TestCallables> registered;

}  // namespace

#include "callables.moc"
