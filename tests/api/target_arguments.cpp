// What arrives as an argument: conversions, references, views, values that only move, any size.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace {

enum class Color { red, green };

void send_back(Connection there, std::string text, double number, std::vector<int> list,
               std::tuple<int, std::string> pair) {
    there.send(std::tuple(text, number, list, pair));
}
using Sent = std::tuple<std::string, double, std::vector<int>, std::tuple<int, std::string>>;

void change_in_place(Connection there, std::vector<int>& list, int& number) {
    list.push_back(4);
    ++number;
    there.send(std::pair(list, number));
}

void read_views(Connection there, std::string_view text, std::span<const int> numbers, const std::string& name) {
    there.send(std::string(text) + name + std::to_string(std::accumulate(numbers.begin(), numbers.end(), 0)));
}

void take_over(Connection there, std::unique_ptr<int> owned, std::string&& text) {
    there.send(text + std::to_string(*owned));
}

void send_size_and_sum(Connection there, std::vector<unsigned char> bytes) {
    there.send(std::pair(bytes.size(), std::accumulate(bytes.begin(), bytes.end(), std::uint64_t(0))));
}

void send_color(Connection there, Color color, bool flag, char letter) {
    there.send(std::tuple(color, flag, letter));
}

struct Noisy {
    bool throws = false;
    template <class Archive>
    void save(Archive& archive) const {
        if (throws) {
            throw std::runtime_error("save failed");
        }
        archive(throws);
    }
    template <class Archive>
    void load(Archive& archive) {
        archive(throws);
    }
};

void take_noisy(Noisy) {}

struct FailsToLoad {
    int value = 0;
    template <class Archive>
    void save(Archive& archive) const {
        archive(value);
    }
    template <class Archive>
    void load(Archive&) {
        throw std::runtime_error("load failed");
    }
};

void take_failing(FailsToLoad) {}

/// What a program's processes share, in one argument.
struct Kit {
    spork::Lock lock;
    spork::RLock reentrant;
    spork::Semaphore semaphore;
    spork::BoundedSemaphore seats;
    spork::Event event;
    spork::Condition condition;
    spork::Queue<int> queue;
    spork::JoinableQueue<int> tasks;
    spork::SimpleQueue<int> simple;
    spork::RawValue<int> value;
    spork::RawArray<int> array;
};

void use_kit(Kit kit) {
    const std::scoped_lock hold(kit.lock, kit.semaphore, kit.seats, kit.condition);
    kit.value.get_obj() = kit.tasks.get(limit);
    kit.queue.put(kit.value.get_obj());
    kit.event.set();
}

class TestArguments : public support::MethodTest {
    Q_OBJECT

private slots:
    void areConvertedToTheParametersTypes() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        const char* literal = "egon";
        ChildGuard child(method, send_back, there, literal, 18, std::vector{1, 2}, std::tuple(3, "x"));
        QVERIFY((here.recv<Sent>(limit) == Sent{"egon", 18.0, {1, 2}, {3, "x"}}));
        ChildGuard other(method, send_color, there, Color::green, 1, 120);
        QVERIFY((here.recv<std::tuple<Color, bool, char>>(limit) == std::tuple(Color::green, true, 'x')));
    }

    void areThoseOfTheMaking() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        std::string text = "then";
        std::vector<int> list{1};
        spork::Process p = spork::get_context(method).Process(send_back, there, text, 1.0, list, std::tuple(1, ""));
        text = "now";
        list.clear();
        ChildGuard child(p);
        QVERIFY((here.recv<Sent>(limit) == Sent{"then", 1.0, {1}, {1, ""}}));
    }

    void referencesAreTheChildsOwnCopy() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        std::vector<int> list{1, 2, 3};
        int number = 7;
        ChildGuard child(method, change_in_place, there, list, number);
        using Changed = std::pair<std::vector<int>, int>;
        QVERIFY((here.recv<Changed>(limit) == Changed({1, 2, 3, 4}, 8)));
        QVERIFY(child->join(limit));
        QCOMPARE(list, (std::vector<int>{1, 2, 3}));
        QCOMPARE(number, 7);
    }

    void viewsSeeWhatTheChildOwns() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        std::vector<int> numbers{1, 2, 3};
        ChildGuard child(method, read_views, there, std::string("view "), numbers, "name ");
        QCOMPARE(here.recv<std::string>(limit), std::string("view name 6"));
        ChildGuard again(method, read_views, there, "literal ", std::span<const int>(numbers).first(2),
                         std::string("n "));
        QCOMPARE(here.recv<std::string>(limit), std::string("literal n 3"));
    }

    void onlyMovableValuesAreTakenOver() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, take_over, there, std::make_unique<int>(5), "five is ");
        QCOMPARE(here.recv<std::string>(limit), std::string("five is 5"));
    }

    void anySize_data() {
        QTest::addColumn<int>("size");
        for (const int size : {0, 1, 4096, 65536, 1 << 20, 64 << 20}) {
            QTest::addRow("%d bytes", size) << size;
        }
    }
    void anySize() {
        QFETCH_GLOBAL(StartMethod, method);
        QFETCH(int, size);
        std::vector<unsigned char> bytes(static_cast<std::size_t>(size));
        std::iota(bytes.begin(), bytes.end(), static_cast<unsigned char>(1));
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, send_size_and_sum, there, bytes);
        const auto [count, sum] = here.recv<std::pair<std::size_t, std::uint64_t>>(limit);
        QCOMPARE(count, bytes.size());
        QCOMPARE(sum, std::accumulate(bytes.begin(), bytes.end(), std::uint64_t(0)));
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    // Nothing is started when an argument cannot be written; under fork arguments need not be written at all.
    void failureToWriteAnArgumentIsThrownByStart() {
        QFETCH_GLOBAL(StartMethod, method);
        if (method == StartMethod::fork) {
            return;
        }
        spork::Process p = spork::get_context(method).Process(take_noisy, Noisy{true});
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, p.start());
        QVERIFY(!p.pid());
        QVERIFY(spork::active_children().empty());
    }

    void sharedObjectsMayBeFieldsOfOneArgument() {
        QFETCH_GLOBAL(StartMethod, method);
        Kit kit{};  // were a default constructor explicit, {} would not make its field, and counting the fields takes minutes
        kit.tasks.put(3);
        ChildGuard child(method, use_kit, kit);
        QVERIFY(kit.event.wait(limit));
        QCOMPARE(kit.queue.get(limit), 3);
        QCOMPARE(child.exitcode(), std::optional(0));
        QVERIFY(kit.lock.try_lock() && kit.seats.try_lock());
        QCOMPARE(kit.value.get_obj(), 3);
        kit.seats.unlock();
        kit.lock.unlock();
    }

    void failureToReadAnArgumentEndsTheChildWithItsReason() {
        QFETCH_GLOBAL(StartMethod, method);
        if (method == StartMethod::fork) {
            return;
        }
        ChildGuard child(method, {.name = "reader", .standard_error = spork::StandardStream::pipe()}, take_failing,
                         FailsToLoad());
        const std::string errors = child->standard_error().read_all();
        QCOMPARE(child.exitcode(), std::optional(1));
        QVERIFY2(errors.find("load failed") != std::string::npos, errors.c_str());
        QVERIFY2(errors.find("reader") != std::string::npos, errors.c_str());
    }
};

const support::TestClass<TestArguments> registered;

}  // namespace

#include "target_arguments.moc"
