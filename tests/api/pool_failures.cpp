// What becomes of a pool and its tasks when something goes wrong.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <cstdlib>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

using spork::AsyncResult;
using spork::Pool;
using spork::UsageError;
using spork::WorkerDied;
using support::limit;
using namespace std::chrono_literals;

namespace failing {

/// Registered below; it has fields.
struct Refusal : std::runtime_error {
    explicit Refusal(std::string by_whom = "") : std::runtime_error("refused by " + by_whom), who(std::move(by_whom)) {}
    std::string who;
    template <class Archive>
    void serialize(Archive& archive) {
        archive(who);
    }
};

struct Unknown : std::logic_error {
    using std::logic_error::logic_error;
};

const spork::ExceptionRegistration<Refusal> registered;

/// Cannot be written.
struct Stubborn {
    int number = 0;
};

/// Cannot be read.
struct Illegible {
    int number = 0;
};

}  // namespace failing

template <>
struct spork::Transfer<failing::Stubborn> {
    static void save(Writer&, const failing::Stubborn&) { throw std::runtime_error("cannot be written"); }
    static failing::Stubborn load(Reader&) { return {}; }
};
template <>
struct spork::Transfer<failing::Illegible> {
    static void save(Writer& writer, const failing::Illegible& value) { writer.write(value.number); }
    static failing::Illegible load(Reader&) { throw std::runtime_error("cannot be read"); }
};

namespace {

int square(int number) {
    return number * number;
}

void throw_kind(int kind) {
    switch (kind) {
        case 0:
            throw std::out_of_range("too far");
        case 1:
            throw std::system_error(std::make_error_code(std::errc::no_space_on_device), "while saving");
        case 2:
            throw std::bad_alloc();
        case 3:
            throw failing::Refusal("me");
        case 4:
            throw failing::Unknown("what is it");
        case 5:
            throw 42;
        case 6:
            throw spork::Full("no room");
        default:
            break;
    }
    try {
        throw std::invalid_argument("inner");
    } catch (...) {
        std::throw_with_nested(std::runtime_error("outer"));
    }
}

int leave(int code) {
    std::_Exit(code);
}

int leave_if(int number, int at) {
    if (number == at) {
        std::_Exit(9);
    }
    return number;
}

void leave_first_times(spork::Value<int> left) {
    bool leaves = false;
    left.with([&](int& value) { leaves = value-- > 0; });
    if (leaves) {
        std::_Exit(3);
    }
}

void hang(spork::Event started) {
    started.set();
    spork::Event().wait();
}

void hang_until_stopped(spork::Event started, spork::Event stopped) {
    started.set();
    while (!spork::stop_requested()) {
    }
    stopped.set();
    spork::Event().wait();
}

void mark(spork::Event event) {
    event.set();
}

failing::Stubborn make_stubborn(int number) {
    return {number};
}

void take_stubborn(failing::Stubborn) {}

failing::Illegible make_illegible() {
    return {};
}

void refuse_to_start() {
    throw failing::Refusal("the initializer");
}

void leave_at_once() {
    std::_Exit(4);
}

class TestPoolFailures : public support::MethodTest {
    Q_OBJECT

private slots:
    void exceptionsArriveAsWhatTheyAre() {
        Pool pool = pool_of(1);
        QVERIFY_THROWS_EXCEPTION(std::bad_alloc, pool.apply(throw_kind, 2));
        QVERIFY_THROWS_EXCEPTION(spork::Full, pool.apply(throw_kind, 6));
        try {
            pool.apply(throw_kind, 0);
            QFAIL("nothing was thrown");
        } catch (const std::out_of_range& error) {
            QCOMPARE(error.what(), "too far");
            const auto* const remote = dynamic_cast<const spork::RemoteTrace*>(&error);
            QVERIFY(remote);
            QCOMPARE(remote->type(), std::string("std::out_of_range"));
            QCOMPARE(remote->message(), std::string("too far"));
            QCOMPARE(remote->pid(), *pool.workers().at(0).pid());
        }
        try {
            pool.apply(throw_kind, 1);
            QFAIL("nothing was thrown");
        } catch (const std::system_error& error) {
            QVERIFY(error.code() == std::errc::no_space_on_device);
            QVERIFY(std::string(error.what()).starts_with("while saving"));
        }
        try {
            pool.apply(throw_kind, 3);
            QFAIL("nothing was thrown");
        } catch (const failing::Refusal& error) {
            QCOMPARE(error.who, std::string("me"));
            QCOMPARE(error.what(), "refused by me");
        }
    }

    void otherExceptionsAreRemoteErrors() {
        Pool pool = pool_of(1);
        try {
            pool.apply(throw_kind, 4);
            QFAIL("nothing was thrown");
        } catch (const spork::RemoteError& error) {
            QCOMPARE(error.type(), std::string("failing::Unknown"));
            QVERIFY(std::string(error.what()).find("what is it") != std::string::npos);
        }
        try {
            pool.apply(throw_kind, 5);
            QFAIL("nothing was thrown");
        } catch (const spork::RemoteError& error) {
            QVERIFY(std::string(error.what()).find("42") != std::string::npos);
        }
    }

    void nestedExceptionsStayNested() {
        Pool pool = pool_of(1);
        try {
            pool.apply(throw_kind, 7);
            QFAIL("nothing was thrown");
        } catch (const std::runtime_error& error) {
            QCOMPARE(error.what(), "outer");
            QVERIFY_THROWS_EXCEPTION(std::invalid_argument, std::rethrow_if_nested(error));
        }
    }

    void mapDoesNotFailFast() {
        Pool pool = pool_of(2);
        const auto result = pool.map_async(throw_kind, std::vector{0, 2}, 1);
        bool thrown = false;
        try {
            result.get(limit);
        } catch (const std::exception&) {
            thrown = true;
        }
        QVERIFY(thrown);
        QCOMPARE(pool.apply(square, 3), 9);
    }

    void workerThatEndsFailsItsTaskOnly() {
        Pool pool = pool_of(4);
        std::vector<AsyncResult<int>> results;
        for (int i = 0; i < 100; ++i) {
            results.push_back(pool.apply_async(leave_if, i, 17));
        }
        for (int i = 0; i < 100; ++i) {
            const AsyncResult<int>& result = results[static_cast<std::size_t>(i)];
            if (i != 17) {
                QCOMPARE(result.get(limit), i);
                continue;
            }
            try {
                result.get(limit);
                QFAIL("nothing was thrown");
            } catch (const WorkerDied& error) {
                QCOMPARE(error.exitcode(), 9);
            }
        }
        QVERIFY_THROWS_EXCEPTION(WorkerDied, pool.apply(leave, 3));
        QCOMPARE(pool.apply(square, 5), 25);
    }

    void killedWorkersAreReplaced() {
        Pool pool = pool_of(2);
        for (int i = 0; i < 5; ++i) {
            for (spork::Process& worker : alive(pool)) {
                worker.kill();
            }
            QCOMPARE(pool.apply_async({.retries = 3}, square, i).get(limit), i * i);
        }
    }

    void taskIsRunAgain() {
        Pool pool = pool_of(2);
        const spork::Value<int> two(2);
        pool.apply_async({.retries = 2}, leave_first_times, two).get(limit);
        const spork::Value<int> many(10);
        try {
            pool.apply_async({.retries = 2}, leave_first_times, many).get(limit);
            QFAIL("nothing was thrown");
        } catch (const WorkerDied& error) {
            QCOMPARE(error.exitcode(), 3);
        }
        QCOMPARE(many.value(), 7);
    }

    void taskTakesTooLong() {
        Pool pool = pool_of(2);
        const spork::Event started;
        const AsyncResult<void> result = pool.apply_async({.timeout = 200ms}, hang, started);
        QVERIFY_THROWS_EXCEPTION(spork::TimeoutError, result.get(limit));
        QVERIFY(started.is_set());
        QCOMPARE(pool.apply(square, 5), 25);
    }

    void queuedTaskIsCancelled() {
        Pool pool = pool_of(1);
        const spork::Event started;
        const AsyncResult<void> running = pool.apply_async(hang, started);
        QVERIFY(started.wait(limit));
        const spork::Event never;
        const AsyncResult<void> queued = pool.apply_async(mark, never);
        QVERIFY(queued.cancel());
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, queued.get(limit));
        QVERIFY(running.cancel());
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, running.get(limit));
        QVERIFY(!running.cancel());
        QCOMPARE(pool.apply(square, 5), 25);
        QVERIFY(!never.is_set());
    }

    void runningTaskIsAskedToStop() {
        Pool pool = pool_of(1);
        const spork::Event started;
        const spork::Event stopped;
        const AsyncResult<void> result = pool.apply_async(hang_until_stopped, started, stopped);
        QVERIFY(started.wait(limit));
        QVERIFY(result.cancel());
        QVERIFY(stopped.wait(limit));
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, result.get(limit));
    }

    void argumentsThatCannotBeWritten() {
        Pool pool = pool_of(2);
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, pool.apply(take_stubborn, failing::Stubborn()));
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, pool.map(take_stubborn, std::vector<failing::Stubborn>(10)));
        QCOMPARE(pool.apply(square, 5), 25);
    }

    void resultsThatDoNotArrive() {
        Pool pool = pool_of(2);
        for (int i = 0; i < 20; ++i) {
            QVERIFY_THROWS_EXCEPTION(std::runtime_error, pool.apply(make_stubborn, i));
            QVERIFY_THROWS_EXCEPTION(std::runtime_error, pool.apply(make_illegible));
        }
        QCOMPARE(pool.apply(square, 5), 25);
    }

    void initializerThatThrows() {
        Pool pool({.processes = 2, .initializer = spork::bind(refuse_to_start), .start_method = method()});
        // Told by whichever call comes first after it is known.
        bool refused = false;
        try {
            pool.apply_async(square, 1).get(limit);
        } catch (const failing::Refusal& error) {
            refused = error.who == "the initializer";
        }
        QVERIFY(refused);
        QVERIFY_THROWS_EXCEPTION(failing::Refusal, pool.apply(square, 1));
    }

    void initializerThatEndsTheProcess() {
        Pool pool({.processes = 2, .initializer = spork::bind(leave_at_once), .start_method = method()});
        QVERIFY_THROWS_EXCEPTION(WorkerDied, pool.apply_async(square, 1).get(limit));
        QVERIFY_THROWS_EXCEPTION(WorkerDied, pool.apply(square, 1));
    }

    /// Killed at any instant, under load: every task ends once.
    void killedUnderLoad() {
        Pool pool({.processes = 3, .retries = 1000, .start_method = method()});
        std::vector<AsyncResult<int>> results;
        for (int i = 0; i < 2000; ++i) {
            results.push_back(pool.apply_async(square, i));
            if (i % 100 == 0) {
                alive(pool).front().kill();
            }
        }
        for (int i = 0; i < 2000; ++i) {
            QCOMPARE(results[static_cast<std::size_t>(i)].get(limit), i * i);
        }
    }

private:
    static Pool pool_of(int processes) { return Pool({.processes = processes, .start_method = method()}); }

    /// Its workers, when there are some.
    static std::vector<spork::Process> alive(const Pool& pool) {
        std::vector<spork::Process> workers;
        while (workers.empty()) {
            workers = pool.workers();
        }
        return workers;
    }
};

const support::TestClass<TestPoolFailures> registered;

}  // namespace

#include "pool_failures.moc"
