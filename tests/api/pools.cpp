// Pools: calls, maps, results.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <vector>

using spork::AsyncResult;
using spork::Pool;
using spork::UsageError;
using support::limit;
using support::moment;
using namespace std::chrono_literals;

namespace {

/// Numbers from 0 on, each of them made by a call when it is asked for: an input range. (clang 14 cannot compile the standard
/// library's own views.)
class Numbers {
public:
    Numbers(
        int count, std::function<void(int)> make = [](int) {})
        : count_(count), make_(std::move(make)) {}

    class Iterator {
    public:
        using value_type = int;
        using difference_type = std::ptrdiff_t;

        explicit Iterator(const Numbers* numbers = nullptr) : numbers_(numbers) {}
        int operator*() const {
            numbers_->make_(at_);
            return at_;
        }
        Iterator& operator++() {
            ++at_;
            return *this;
        }
        void operator++(int) { ++at_; }
        friend bool operator==(const Iterator& at, std::default_sentinel_t) { return at.ends(); }

    private:
        bool ends() const { return at_ == numbers_->count_; }

        const Numbers* numbers_;
        int at_ = 0;
    };

    Iterator begin() const { return Iterator(this); }
    std::default_sentinel_t end() const { return {}; }

private:
    int count_;
    std::function<void(int)> make_;
};

int square(int number) {
    return number * number;
}

int multiply(int a, int b) {
    return a * b;
}

std::string join_words(const std::vector<std::string>& words, std::string_view between) {
    std::string all;
    for (const std::string& word : words) {
        all += (all.empty() ? "" : std::string(between)) + word;
    }
    return all;
}

int to_int(const std::string& text) {
    return std::stoi(text);
}

spork::process_id own_pid(int) {
    return *spork::current_process().pid();
}

void wait_for(spork::Event event) {
    event.wait();
}

int set_and_wait(spork::Event started, spork::Event go_on, int number) {
    started.set();
    go_on.wait();
    return number;
}

void set_all(const std::vector<spork::Event>& events) {
    for (const spork::Event& event : events) {
        event.set();
    }
}

std::unique_ptr<int> unique(int number) {
    return std::make_unique<int>(number);
}

void put_into(spork::Queue<int> queue, int number) {
    queue.put(number);
}

void count_up(spork::Value<int> counter) {
    counter.with([](int& value) { ++value; });
}

int sum_of(spork::Array<int> numbers) {
    return static_cast<int>(std::accumulate(numbers.begin(), numbers.end(), 0));
}

int settings = 0;

void set_up(int value) {
    settings = value;
}

int read_settings() {
    return settings;
}

std::vector<int> nested_squares(int count) {
    Pool inner({.processes = 2});
    return inner.map(square, Numbers(count));
}

/// An input that throws at its element number `at`.
Numbers failing_input(int count, int at) {
    return Numbers(count, [at](int number) {
        if (number == at) {
            throw std::domain_error("the input");
        }
    });
}

class TestPool : public support::MethodTest {
    Q_OBJECT

private slots:
    void apply() {
        Pool pool = pool_of(2);
        QCOMPARE(pool.apply(square, 5), 25);
        QCOMPARE(pool.apply(multiply, 3, 4), 12);
        QCOMPARE(pool.apply(join_words, std::vector<std::string>{"a", "b", "c"}, "-"), std::string("a-b-c"));
        QCOMPARE(pool.apply([](double a) { return a / 2; }, 5), 2.5);
        QCOMPARE(*pool.apply(unique, 7), 7);
        pool.apply(set_up, 1);
    }

    void applyAsync() {
        Pool pool = pool_of(3);
        std::vector<AsyncResult<int>> results;
        for (int i = 0; i < 100; ++i) {
            results.push_back(pool.apply_async(square, i));
        }
        for (int i = 0; i < 100; ++i) {
            QCOMPARE(results[static_cast<std::size_t>(i)].get(limit), i * i);
            QVERIFY(results[static_cast<std::size_t>(i)].successful());
        }
    }

    void resultThatIsNotThere() {
        Pool pool = pool_of(1);
        const spork::Event started;
        const spork::Event go_on;
        const AsyncResult<int> result = pool.apply_async(set_and_wait, started, go_on, 3);
        QVERIFY(started.wait(limit));
        QVERIFY(!result.ready());
        QVERIFY_THROWS_EXCEPTION(UsageError, result.successful());
        QVERIFY_THROWS_EXCEPTION(spork::TimeoutError, result.get(moment));
        QVERIFY(!result.wait(spork::at_once));
        std::stop_source stop;
        stop.request_stop();
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, result.get(spork::no_limit, stop.get_token()));
        go_on.set();
        QCOMPARE(result.get(limit), 3);
        QCOMPARE(result.get(limit), 3);
    }

    void map() {
        Pool pool = pool_of(4);
        std::vector<int> expected;
        for (int i = 0; i < 100; ++i) {
            expected.push_back(i * i);
        }
        QVERIFY(pool.map(square, Numbers(100)) == expected);
        QVERIFY(pool.map(square, Numbers(100), 20) == expected);
        QVERIFY(pool.map_async(square, std::vector<int>{1, 2, 3}).get(limit) == (std::vector<int>{1, 4, 9}));
        QVERIFY(pool.map([](int i) { return i > 1; }, std::vector<int>{1, 2}) == (std::vector<bool>{false, true}));
        std::vector<std::tuple<int, int>> pairs;
        for (int i = 0; i < 100; ++i) {
            pairs.emplace_back(i, 99 - i);
        }
        const std::vector<int> products = pool.starmap(multiply, pairs, 20);
        for (int i = 0; i < 100; ++i) {
            QCOMPARE(products[static_cast<std::size_t>(i)], i * (99 - i));
        }
        QVERIFY(pool.starmap_async(multiply, pairs).get(limit) == products);
    }

    void mapOverNothing() {
        Pool pool = pool_of(1);
        const std::vector<int> nothing;
        QVERIFY(pool.map(square, nothing).empty());
        QVERIFY(pool.map_async(square, nothing, 1).get(moment).empty());
        QVERIFY(!pool.imap(square, nothing).next());
        QVERIFY(!pool.imap_unordered(square, nothing).next());
        pool.close();
        QVERIFY(pool.join(limit));
    }

    void mapTellsItsProgress() {
        Pool pool = pool_of(2);
        std::vector<std::size_t> told;
        pool.map(square, Numbers(10), {.chunksize = 3, .progress = [&](std::size_t done, std::size_t all) {
                                           told.push_back(done);
                                           told.push_back(all);
                                       }});
        QCOMPARE(told.size(), std::size_t{8});
        QCOMPARE(told[6], std::size_t{10});
        QCOMPARE(told[7], std::size_t{10});
    }

    void callbacks() {
        Pool pool = pool_of(2);
        const auto main_thread = std::this_thread::get_id();
        std::vector<int> values;
        std::string error;
        bool in_main = false;
        AsyncResult<int> result = pool.apply_async({.callback =
                                                        [&](int value) {
                                                            values.push_back(value);
                                                            in_main = std::this_thread::get_id() == main_thread;
                                                        },
                                                    .error_callback = [&](std::exception_ptr) { error = "called"; }},
                                                   to_int, "12");
        QCOMPARE(result.get(limit), 12);
        QVERIFY(values == std::vector{12});
        QVERIFY(error.empty());
        QVERIFY(!in_main);
        result = pool.apply_async({.callback = [&](int value) { values.push_back(value); },
                                   .error_callback =
                                       [&](std::exception_ptr thrown) {
                                           try {
                                               std::rethrow_exception(thrown);
                                           } catch (const std::invalid_argument&) {
                                               error = "invalid_argument";
                                           }
                                       }},
                                  to_int, "a");
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, result.get(limit));
        QVERIFY(values == std::vector{12});
        QCOMPARE(error, std::string("invalid_argument"));
        // One that throws harms nobody.
        result = pool.apply_async({.callback = [](int) { throw std::runtime_error("in a callback"); }}, square, 3);
        QCOMPARE(result.get(limit), 9);
        QCOMPARE(pool.apply(square, 4), 16);
    }

    void imapKeepsTheOrder() {
        Pool pool = pool_of(3);
        int next = 0;
        for (int value : pool.imap(square, Numbers(1000), 100)) {
            QCOMPARE(value, next * next);
            ++next;
        }
        QCOMPARE(next, 1000);
        auto range = pool.imap(square, Numbers(3));
        QCOMPARE(range.next(limit), std::optional(0));
        QCOMPARE(range.next(limit), std::optional(1));
        QCOMPARE(range.next(limit), std::optional(4));
        QCOMPARE(range.next(limit), std::optional<int>());
    }

    void imapUnordered() {
        Pool pool = pool_of(3);
        std::set<int> values;
        for (int value : pool.imap_unordered(square, Numbers(1000), 100)) {
            values.insert(value);
        }
        QCOMPARE(values.size(), std::size_t{1000});
        QCOMPARE(*values.rbegin(), 999 * 999);
    }

    void imapReadsNoFurtherThanNeeded() {
        Pool pool = pool_of(2);
        int read = 0;
        const Numbers endless(-1, [&read](int) { ++read; });
        auto range = pool.imap(square, endless, 1, 5);
        for (int i = 0; i < 20; ++i) {
            QCOMPARE(range.next(limit), std::optional(i * i));
            QVERIFY2(read <= i + 1 + 5, std::to_string(read).c_str());
        }
    }

    void inputThatThrows() {
        Pool pool = pool_of(2);
        QVERIFY_THROWS_EXCEPTION(std::domain_error, pool.map(square, failing_input(10, 0)));
        QVERIFY_THROWS_EXCEPTION(std::domain_error, pool.map(square, failing_input(10, 3), 1));
        for (const int at : {0, 3}) {
            auto range = pool.imap(square, failing_input(10, at));
            for (int i = 0; i < at; ++i) {
                QCOMPARE(range.next(limit), std::optional(i * i));
            }
            QVERIFY_THROWS_EXCEPTION(std::domain_error, range.next(limit));
        }
        auto range = pool.imap_unordered(square, failing_input(10, 3));
        std::set<int> before;
        try {
            while (const auto value = range.next(limit)) {
                before.insert(*value);
            }
            QFAIL("the input's exception did not come");
        } catch (const std::domain_error&) {
        }
        QVERIFY(before == (std::set{0, 1, 4}));
        QCOMPARE(pool.apply(square, 2), 4);
    }

    void callThatThrowsInAnImap() {
        Pool pool = pool_of(2);
        auto range = pool.imap(to_int, std::vector<std::string>{"1", "x", "3"});
        QCOMPARE(range.next(limit), std::optional(1));
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, range.next(limit));
        QCOMPARE(range.next(limit), std::optional(3));
        QCOMPARE(range.next(limit), std::optional<int>());
    }

    void impossibleSizes() {
        QVERIFY_THROWS_EXCEPTION(UsageError, pool_of(0));
        QVERIFY_THROWS_EXCEPTION(UsageError, pool_of(-1));
        QVERIFY_THROWS_EXCEPTION(UsageError, Pool({.max_tasks_per_child = 0}));
        Pool pool = pool_of(3);
        QCOMPARE(pool.workers().size(), std::size_t{3});
        QCOMPARE(pool.processes(), std::size_t{3});
        QVERIFY_THROWS_EXCEPTION(UsageError, pool.imap(square, Numbers(3), 0));
    }

    void sharedObjectsAsArguments() {
        Pool pool = pool_of(2);
        const spork::Queue<int> queue;
        const spork::Value<int> counter(0);
        const spork::Array<int> numbers{1, 2, 3};
        std::vector<AsyncResult<void>> results;
        for (int i = 0; i < 100; ++i) {
            results.push_back(pool.apply_async(put_into, queue, i));
            results.push_back(pool.apply_async(count_up, counter));
        }
        for (const AsyncResult<void>& result : results) {
            result.get(limit);
        }
        std::set<int> got;
        while (const auto item = queue.try_get()) {
            got.insert(*item);
        }
        QCOMPARE(got.size(), std::size_t{100});
        QCOMPARE(counter.value(), 100);
        QCOMPARE(pool.apply(sum_of, numbers), 6);
        const std::vector<spork::Event> events(3);
        pool.map(set_all, std::vector{events, events});
        QVERIFY(events[0].is_set() && events[2].is_set());
    }

    void initializer() {
        Pool pool({.processes = 2, .initializer = spork::bind(set_up, 42), .start_method = method()});
        for (int i = 0; i < 10; ++i) {
            QCOMPARE(pool.apply(read_settings), 42);
        }
    }

    void workersAreReplacedInTime() {
        Pool pool({.processes = 3, .max_tasks_per_child = 10, .start_method = method()});
        std::map<spork::process_id, int> tasks;
        std::vector<AsyncResult<spork::process_id>> results;
        for (int i = 0; i < 100; ++i) {
            results.push_back(pool.apply_async(own_pid, i));
        }
        for (const auto& result : results) {
            ++tasks[result.get(limit)];
        }
        QVERIFY(tasks.size() >= 10);
        for (const auto& [pid, count] : tasks) {
            QVERIFY2(count <= 10, std::to_string(count).c_str());
        }
    }

    void closeFinishesWhatWasGiven() {
        Pool pool({.processes = 3, .max_tasks_per_child = 1, .start_method = method()});
        std::vector<AsyncResult<int>> results;
        for (int i = 0; i < 6; ++i) {
            results.push_back(pool.apply_async(square, i));
        }
        QVERIFY_THROWS_EXCEPTION(UsageError, pool.join());
        pool.close();
        QVERIFY_THROWS_EXCEPTION(UsageError, pool.apply(square, 1));
        QVERIFY(pool.join(limit));
        QVERIFY(pool.join(limit));
        for (int i = 0; i < 6; ++i) {
            QVERIFY(results[static_cast<std::size_t>(i)].ready());
            QCOMPARE(results[static_cast<std::size_t>(i)].get(), i * i);
        }
        QVERIFY(pool.workers().empty());
    }

    void terminateEndsAtOnce() {
        Pool pool = pool_of(3);
        const spork::Event never;
        const auto result = pool.map_async(wait_for, std::vector<spork::Event>(60, never), 1);
        pool.terminate();
        QVERIFY(pool.join(limit));
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, result.get(limit));
        QVERIFY_THROWS_EXCEPTION(UsageError, pool.apply(square, 1));
    }

    void resultOutlivesThePool() {
        AsyncResult<int> done;
        AsyncResult<void> never;
        {
            Pool pool = pool_of(2);
            done = pool.apply_async(square, 3);
            QVERIFY(done.wait(limit));
            never = pool.apply_async(wait_for, spork::Event());
        }
        QCOMPARE(done.get(), 9);
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, never.get(limit));
        QVERIFY(!never.cancel());
    }

    void severalThreadsSubmit() {
        Pool pool = pool_of(2);
        std::vector<std::thread> threads;
        std::atomic<int> right = 0;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&pool, &right, thread] {
                for (int i = 0; i < 200; ++i) {
                    right += pool.apply(multiply, thread, i) == thread * i;
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        QCOMPARE(right.load(), 800);
    }

    void poolOfAWorker() {
        Pool pool = pool_of(2);
        QVERIFY(pool.apply(nested_squares, 4) == (std::vector{0, 1, 4, 9}));
    }

    void manyTinyTasks() {
        Pool pool = pool_of(2);
        std::vector<AsyncResult<int>> results;
        for (int i = 0; i < 20'000; ++i) {
            results.push_back(pool.apply_async(square, i));
        }
        for (int i = 0; i < 20'000; ++i) {
            if (results[static_cast<std::size_t>(i)].get(limit) != i * i) {
                QFAIL("a result belongs to another task");
            }
        }
    }

    void largeValues() {
        Pool pool = pool_of(2);
        const std::string large(20'000'000, 'x');
        QCOMPARE(pool.apply(join_words, std::vector{large, large}, "").size(), 2 * large.size());
    }

private:
    static Pool pool_of(int processes) { return Pool({.processes = processes, .start_method = method()}); }
};

const support::TestClass<TestPool> registered;

}  // namespace

#include "pools.moc"
