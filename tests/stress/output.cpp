// PAINS rows 19, 29, 30, 39: what children say, and the ends of streams.

#include "scale.hpp"

#include "support/system.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <QTemporaryDir>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using spork::Connection;
using spork::StandardStream;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace {

std::string line_of(int writer, int number) {
    return std::to_string(writer) + ":" + std::to_string(number) + ":" +
           std::string(static_cast<std::size_t>(number % 100), static_cast<char>('a' + writer));
}

void print_lines(int writer, int count) {
    for (int number = 0; number < count; ++number) {
        spork::print(line_of(writer, number));
    }
}

void print_ten_megabytes() {
    const std::string line(1023, 'x');
    for (int i = 0; i < 10 * 1024; ++i) {
        spork::print(line);
    }
}

void log_and_die(int count) {
    for (int i = 0; i < count; ++i) {
        spork::get_logger().warning(std::to_string(i));
    }
    support::kill_this_process();
}

/// Says something on standard output and stays until it is told to go.
void print_and_wait(Connection there) {
    spork::print("said");
    there.send(1);
    there.poll(limit);
}

void send_numbers_and_break_off(Connection there, int count) {
    for (int i = 0; i < count; ++i) {
        there.send(i);
    }
    support::kill_this_process();
}

class TestOutput : public support::MethodTest {
    Q_OBJECT

private slots:
    void noLineIsTorn() {
        QFETCH_GLOBAL(StartMethod, method);
        constexpr int writers = 8;
        const int count = stress::scaled(10'000);
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "lines.txt";
        {
            std::vector<std::unique_ptr<ChildGuard>> children;
            for (int i = 0; i < writers; ++i) {
                children.push_back(std::make_unique<ChildGuard>(
                    method, spork::ProcessOptions{.standard_output = StandardStream::file(path, true)}, print_lines, i,
                    count));
                if (!support::appends_in_one_step()) {
                    QVERIFY(children.back()->exitcode());
                }
            }
            for (auto& child : children) {
                QCOMPARE(child->exitcode(), std::optional(0));
            }
        }
        std::array<int, writers> next{};
        std::ifstream lines(path);
        for (std::string line; std::getline(lines, line);) {
            const int number = line[0] - '0';
            QVERIFY2(number >= 0 && number < writers, line.c_str());
            const auto index = static_cast<std::size_t>(number);
            QCOMPARE(line, line_of(number, next[index]++));
        }
        for (const int number : next) {
            QCOMPARE(number, count);
        }
    }

    void tenMegabytesBlockNobody() {
        QFETCH_GLOBAL(StartMethod, method);
        ChildGuard child(method, {.standard_output = StandardStream::pipe()}, print_ten_megabytes);
        std::string all = child->standard_output().read_all();
        std::erase(all, '\r');
        QCOMPARE(all.size(), std::size_t(10) << 20);
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    /// Two children started at once by two threads: neither holds the other's pipe open.
    void outputEndsWithItsOwnChild() {
        QFETCH_GLOBAL(StartMethod, method);
        for (int round = stress::scaled(20); round != 0; --round) {
            std::array<std::optional<ChildGuard>, 2> children;
            std::array<spork::ConnectionPair, 2> pipes{spork::Pipe(), spork::Pipe()};
            // Not a std::barrier: that of GCC 12 for mingw-w64 loses a wake-up now and then, and waits for ever.
            std::atomic<int> arrived = 0;
            {
                std::vector<std::jthread> starters;
                for (std::size_t i = 0; i < 2; ++i) {
                    starters.emplace_back([&, i] {
                        ++arrived;
                        while (arrived != 2) {
                            std::this_thread::yield();
                        }
                        children[i].emplace(method, spork::ProcessOptions{.standard_output = StandardStream::pipe()},
                                            print_and_wait, pipes[i].second);
                    });
                }
            }
            for (std::size_t i = 0; i < 2; ++i) {
                pipes[i].second.close();
                QCOMPARE(pipes[i].first.recv<int>(limit), 1);
            }
            // The one ends while the other goes on.
            const std::size_t one = static_cast<std::size_t>(round % 2);
            (*children[one])->kill();
            const auto begin = std::chrono::steady_clock::now();
            std::string said = end_of(*children[one], *children[1 - one]);
            std::erase(said, '\r');
            QCOMPARE(said, std::string("said\n"));
            QVERIFY(std::chrono::steady_clock::now() - begin < limit / 2);
        }
    }

    void lastRecordsBeforeACrashArriveInOrder() {
        QFETCH_GLOBAL(StartMethod, method);
        std::mutex mutex;
        std::map<std::int64_t, std::vector<std::string>> records;
        spork::Logger& logger = spork::get_logger();
        logger.set_sink([&](const spork::LogRecord& record) {
            const std::lock_guard hold(mutex);
            if (record.pid != spork::current_process().pid()) {
                records[record.pid].push_back(record.message);
            }
        });
        constexpr int count = 200;
        std::vector<std::int64_t> pids;
        for (int i = 0; i < 3; ++i) {
            ChildGuard child(method, log_and_die, count);
            QCOMPARE(child.exitcode(), std::optional(-9));
            pids.push_back(child->pid().value());
        }
        std::vector<std::string> expected;
        for (int i = 0; i < count; ++i) {
            expected.push_back(std::to_string(i));
        }
        const auto all_there = [&] {
            const std::lock_guard hold(mutex);
            return std::all_of(pids.begin(), pids.end(),
                               [&](std::int64_t pid) { return records[pid].size() == count; });
        };
        QTRY_VERIFY(all_there());
        logger.set_sink({});
        for (const std::int64_t pid : pids) {
            QVERIFY(records[pid] == expected);
        }
    }

    void streamThatIsCutIsAnErrorAfterTheLastMessage() {
        QFETCH_GLOBAL(StartMethod, method);
        for (int count = 0; count < 8; ++count) {
            auto [here, there] = spork::Pipe();
            ChildGuard child(method, send_numbers_and_break_off, there, count);
            there.close();
            for (int i = 0; i < count; ++i) {
                QCOMPARE(here.recv<int>(limit), i);
            }
            QVERIFY_THROWS_EXCEPTION(spork::EofError, here.recv<int>(limit));
            try {
                for (;;) {
                    here.send(std::string(100'000, 'x'), limit);
                }
            } catch (const std::system_error& error) {
                QVERIFY(error.code() == std::errc::broken_pipe);
            }
            QCOMPARE(child.exitcode(), std::optional(-9));
        }
    }

private:
    /// All that a child has said, up to the end; the other child is let go when the end does not come.
    static std::string end_of(ChildGuard& child, ChildGuard& other) {
        const spork::FileHandle output = child->standard_output();
        std::jthread rescue([&other, end = std::chrono::steady_clock::now() + limit / 2](const std::stop_token& stop) {
            while (!stop.stop_requested() && std::chrono::steady_clock::now() < end) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            if (!stop.stop_requested()) {
                other->kill();
            }
        });
        return output.read_all();
    }
};

const support::TestClass<TestOutput> registered;

}  // namespace

#include "output.moc"
