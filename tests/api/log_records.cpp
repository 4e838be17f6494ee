// spork's log: levels, destinations, what children say, up to their last words.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <string>
#include <vector>

using spork::Connection;
using spork::LogLevel;
using spork::LogRecord;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace {

/// Collects what comes to the sink.
class Records {
public:
    Records() {
        spork::get_logger().set_sink([this](const LogRecord& record) {
            const std::lock_guard lock(mutex_);
            records_.push_back(record);
            changed_.notify_all();
        });
    }
    ~Records() {
        spork::get_logger().set_sink({});
        spork::get_logger().set_level(LogLevel::warning);
    }

    /// Waits until as many have come from processes with this name; says what they said.
    std::vector<std::string> from(const std::string& process, std::size_t count) {
        std::unique_lock lock(mutex_);
        std::vector<std::string> messages;
        changed_.wait_for(lock, limit, [&] {
            messages.clear();
            for (const LogRecord& record : records_) {
                if (record.process == process) {
                    messages.push_back(record.message);
                }
            }
            return messages.size() >= count;
        });
        return messages;
    }

    std::vector<LogRecord> all() {
        const std::lock_guard lock(mutex_);
        return records_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<LogRecord> records_;
};

void log_numbers(int count) {
    for (int i = 0; i < count; ++i) {
        spork::get_logger().warning("number " + std::to_string(i));
    }
}

void log_and_crash() {
    spork::get_logger().error("last words");
    std::abort();
}

void log_at_all_levels() {
    spork::Logger& log = spork::get_logger();
    log.debug("debug");
    log.info("info");
    log.log(LogLevel::subwarning, "subwarning");
    log.warning("warning");
    log.error("error");
}

void tell_level(Connection there) {
    there.send(static_cast<int>(spork::get_logger().level()));
    there.send(spork::get_logger().enabled(LogLevel::error));
}

void log_to_own_stderr() {
    spork::log_to_stderr(LogLevel::warning);
    spork::log_to_stderr();
    log_at_all_levels();
    spork::Process child({.name = "grandchild"}, log_at_all_levels);
    child.start();
    child.join();
}

class TestLogging : public support::MethodTest {
    Q_OBJECT

private slots:
    void nothingIsLoggedBelowTheLevel() {
        Records records;
        spork::get_logger().set_level(LogLevel::subwarning);
        QVERIFY(!spork::get_logger().enabled(LogLevel::info));
        QVERIFY(spork::get_logger().enabled(LogLevel::subwarning));
        log_at_all_levels();
        QCOMPARE(records.from("MainProcess", 3), (std::vector<std::string>{"subwarning", "warning", "error"}));
        QCOMPARE(records.all().front().level, LogLevel::subwarning);
        QCOMPARE(records.all().front().pid, static_cast<std::int64_t>(spork::current_process().pid().value()));
    }

    void childHasItsParentsLevel() {
        QFETCH_GLOBAL(StartMethod, method);
        const Records records;
        spork::get_logger().set_level(static_cast<LogLevel>(32));
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, tell_level, there);
        QCOMPARE(here.recv<int>(limit), 32);
        QCOMPARE(here.recv<bool>(limit), true);
    }

    void recordsOfChildrenComeInOrder() {
        QFETCH_GLOBAL(StartMethod, method);
        Records records;
        ChildGuard first(method, {.name = "first"}, log_numbers, 200);
        ChildGuard second(method, {.name = "second"}, log_numbers, 200);
        std::vector<std::string> expected;
        for (int i = 0; i < 200; ++i) {
            expected.push_back("number " + std::to_string(i));
        }
        QCOMPARE(records.from("first", 200), expected);
        QCOMPARE(records.from("second", 200), expected);
        for (const LogRecord& record : records.all()) {
            if (record.process == "first") {
                QCOMPARE(record.pid, static_cast<std::int64_t>(first->pid().value()));
            }
        }
    }

    void lastWordsBeforeACrashArrive() {
        QFETCH_GLOBAL(StartMethod, method);
        Records records;
        ChildGuard child(method, {.name = "crasher", .standard_error = spork::StandardStream::null()}, log_and_crash);
        QCOMPARE(child.exitcode(), std::optional(-6));
        QCOMPARE(records.from("crasher", 1), std::vector<std::string>{"last words"});
    }

    void linesOnStandardErrorNameTheProcess() {
        QFETCH_GLOBAL(StartMethod, method);
        ChildGuard child(method, {.name = "logger", .standard_error = spork::StandardStream::pipe()},
                         log_to_own_stderr);
        std::string lines = child->standard_error().read_all();
        std::erase(lines, '\r');
        QCOMPARE(lines, std::string("[WARNING/logger] warning\n[ERROR/logger] error\n"
                                    "[WARNING/grandchild] warning\n[ERROR/grandchild] error\n"));
    }

    void nothingIsWrittenUntilAskedFor() {
        QFETCH_GLOBAL(StartMethod, method);
        ChildGuard child(method, {.standard_error = spork::StandardStream::pipe()}, log_at_all_levels);
        QCOMPARE(child->standard_error().read_all(), std::string());
    }

    void levelsHaveNames() {
        QCOMPARE(to_string(LogLevel::debug), std::string("DEBUG"));
        QCOMPARE(to_string(LogLevel::info), std::string("INFO"));
        QCOMPARE(to_string(LogLevel::warning), std::string("WARNING"));
        QCOMPARE(to_string(LogLevel::error), std::string("ERROR"));
        QCOMPARE(to_string(LogLevel::subwarning), std::string("Level 25"));
    }
};

const support::TestClass<TestLogging> registered;

}  // namespace

#include "log_records.moc"
