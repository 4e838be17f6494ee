// What can be the target of a process: everything callable that travels.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace demo {

void send_sum(Connection there, int a, int b) {
    there.send(a + b);
}

template <class T>
void send_twice(Connection there, T value) {
    there.send(value + value);
}

struct Statics {
    static void send(Connection there, int number) { there.send(number); }
};

struct Counter {
    int value = 0;

    void add(int more, Connection there) {
        value += more;
        there.send(value);
    }
    void tell(Connection there) const noexcept { there.send(value); }
};

struct Adder {
    int summand = 0;
    std::string label;

    void operator()(Connection there, int number) const { there.send(label + std::to_string(summand + number)); }
};

class Accumulator {
public:
    Accumulator() = default;
    explicit Accumulator(std::vector<int> numbers) : numbers_(std::move(numbers)) {}

    void operator()(Connection there) {
        int sum = 0;
        for (const int number : numbers_) {
            sum += number;
        }
        there.send(sum);
    }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(numbers_);
    }

private:
    std::vector<int> numbers_;
};

struct Generic {
    template <class T>
    void operator()(Connection there, T value) const {
        there.send(value);
    }
};

/// Of any numbers: some come from messages that a test has changed.
int multiply(int a, int b) {
    return static_cast<int>(static_cast<unsigned>(a) * static_cast<unsigned>(b));
}

[[noreturn]] int fail(std::string why) {
    throw std::out_of_range(why);
}

void call_received(Connection there) {
    while (auto task = there.recv<spork::Task<int>>()) {
        there.send(task());
    }
    there.send(there.recv<int (*)(int, int)>()(6, 7));
}

}  // namespace demo

namespace {

inline void send_of_unnamed_namespace(Connection there) {
    there.send(1);
}

class TestTarget : public support::MethodTest {
    Q_OBJECT

private slots:
    void functions() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard a(method, demo::send_sum, there, 2, 3);
        QCOMPARE(here.recv<int>(limit), 5);
        ChildGuard b(method, &demo::send_sum, there, 3, 3);
        QCOMPARE(here.recv<int>(limit), 6);
        ChildGuard c(method, demo::send_twice<std::string>, there, "ab");
        QCOMPARE(here.recv<std::string>(limit), std::string("abab"));
        ChildGuard d(method, demo::Statics::send, there, 7);
        QCOMPARE(here.recv<int>(limit), 7);
        ChildGuard e(method, send_of_unnamed_namespace, there);
        QCOMPARE(here.recv<int>(limit), 1);
        ChildGuard f(method, spork::fn<&demo::send_sum>, there, 4, 4);
        QCOMPARE(here.recv<int>(limit), 8);
    }

    void lambdas() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard a(
            method, [](Connection c, int n) { c.send(n + 1); }, there, 1);
        QCOMPARE(here.recv<int>(limit), 2);
        ChildGuard b(
            method, [](const Connection& c, auto n) { c.send(n); }, there, 2.5);
        QCOMPARE(here.recv<double>(limit), 2.5);
        const auto first = [](Connection c) { c.send(std::string("first")); };
        const auto second = [](Connection c) { c.send(std::string("second")); };
        ChildGuard c(method, second, there);
        QCOMPARE(here.recv<std::string>(limit), std::string("second"));
        ChildGuard d(method, first, there);
        QCOMPARE(here.recv<std::string>(limit), std::string("first"));
    }

    void functionObjects() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard a(method, demo::Adder{10, "sum "}, there, 5);
        QCOMPARE(here.recv<std::string>(limit), std::string("sum 15"));
        ChildGuard b(method, demo::Accumulator({1, 2, 3}), there);
        QCOMPARE(here.recv<int>(limit), 6);
        ChildGuard c(method, demo::Generic(), there, std::string("any"));
        QCOMPARE(here.recv<std::string>(limit), std::string("any"));
    }

    void memberFunctions() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        demo::Counter counter{40};
        ChildGuard a(method, spork::fn<&demo::Counter::add>, counter, 2, there);
        QCOMPARE(here.recv<int>(limit), 42);
        QVERIFY(a->join(limit));
        QCOMPARE(counter.value, 40);
        ChildGuard b(method, spork::fn<&demo::Counter::tell>, counter, there);
        QCOMPARE(here.recv<int>(limit), 40);
    }

    void tasksAreTargets() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        const spork::Task<void> task = spork::bind(demo::send_sum, there, 20, 22);
        ChildGuard child(method, task);
        QCOMPARE(here.recv<int>(limit), 42);
        task();
        QCOMPARE(here.recv<int>(limit), 42);
    }

    void tasksReachARunningProcess() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, demo::call_received, there);
        here.send(spork::bind(demo::multiply, 6, 7));
        QCOMPARE(here.recv<int>(limit), 42);
        here.send(spork::bind([](std::vector<int> v) { return static_cast<int>(v.size()); }, std::vector{1, 2, 3}));
        QCOMPARE(here.recv<int>(limit), 3);
        here.send(spork::Task<int>());
        here.send(&demo::multiply);
        QCOMPARE(here.recv<int>(limit), 42);
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void tasksAreCallsAsValues() {
        const spork::Task<int> task = spork::bind(demo::multiply, 3, 4);
        QVERIFY(static_cast<bool>(task));
        QCOMPARE(task(), 12);
        QCOMPARE(spork::Task<int>(task)(), 12);
        QVERIFY_THROWS_EXCEPTION(std::out_of_range, spork::bind(demo::fail, "far out")());
        const spork::Task<int> empty;
        QVERIFY(!empty);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, empty());
    }

    void taskOfAnotherResultIsRefused() {
        auto [a, b] = spork::Pipe();
        a.send(spork::bind(demo::multiply, 1, 2));
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, b.recv<spork::Task<std::string>>(limit));
        a.send(&demo::multiply);
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, b.recv<void (*)(int)>(limit));
    }

    // Whatever bytes come, nothing is called but what this program offers, and nothing but a TransferError is thrown.
    void forgedTasksAreRefused() {
        auto [a, b] = spork::Pipe();
        a.send(spork::bind(demo::multiply, 6, 7));
        const std::vector<std::byte> message = b.recv_bytes();
        const auto refused = [&a = a, &b = b](const std::vector<std::byte>& bytes) {
            a.send_bytes(bytes);
            try {
                b.recv<spork::Task<int>>(limit)();
                return false;
            } catch (const spork::TransferError&) {
                return true;
            }
        };
        QVERIFY(!refused(message));
        for (std::size_t size = 0; size < message.size(); ++size) {
            QVERIFY(refused({message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size)}));
        }
        std::size_t accepted = 0;
        for (std::size_t i = 0; i < message.size(); ++i) {
            for (const unsigned bits : {0x01u, 0x80u, 0xffu}) {
                std::vector<std::byte> changed = message;
                changed[i] ^= static_cast<std::byte>(bits);
                accepted += !refused(changed);
            }
        }
        QVERIFY2(accepted <= 3 * 2 * sizeof(int),
                 std::to_string(accepted).c_str());  // other numbers: 6 and 7 themselves
    }

    void forkOnlyTakesAnythingAlongByForkAlone() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        int local = 41;
        const auto target = spork::fork_only([&local, c = there, on_heap = std::make_shared<int>(1)] {
            local += *on_heap;
            c.send(local);
        });
        spork::Process p = spork::get_context(method).Process(target);
        if (method == StartMethod::fork) {
            ChildGuard child(p);
            QCOMPARE(here.recv<int>(limit), 42);
        } else {
            QVERIFY_THROWS_EXCEPTION(spork::UsageError, p.start());
            QVERIFY(!p.pid());
        }
        QCOMPARE(local, 41);
    }

    // CPython gives the target up once the child runs; what is in it must not live as long as the handle.
    void targetIsReleasedByTheParent() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        auto value = std::make_shared<int>(5);
        const std::weak_ptr<int> watch = value;
        spork::Process p = spork::get_context(method).Process(
            [](Connection c, std::shared_ptr<int> number) { c.send(*number); }, there, std::move(value));
        QVERIFY(!watch.expired());
        ChildGuard child(p);
        QCOMPARE(here.recv<int>(limit), 5);
        QVERIFY(p.join(limit));
        QVERIFY(watch.expired());
    }
};

const support::TestClass<TestTarget> registered;

}  // namespace

#include "target_callables.moc"
