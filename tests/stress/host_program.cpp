// PAINS rows 7, 20, 22, 41, 48: a host program with habits of its own. Linux.

#include "scale.hpp"

#include "support/program.hpp"
#include "support/signals.hpp"
#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <QProcess>
#include <QTemporaryDir>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

using namespace std::chrono_literals;
using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace {

using Clock = std::chrono::steady_clock;

/// Starts children that do nothing; how many ended otherwise than with 0 or an unknown status.
int strange_ends(StartMethod method, int count) {
    int strange = 0;
    for (int i = 0; i < count; ++i) {
        spork::Process child = spork::get_context(method).Process(support::do_nothing);
        child.start();
        const bool ended = child.join(limit);
        const int code = child.exitcode().value_or(-1);
        strange += ended && (code == 0 || code == 255) ? 0 : 1;
    }
    return strange;
}

/// Children of a process that has the system throw their status away.
void start_with_ignored_signal(Connection there, StartMethod method, int count) {
    support::ignore_child_signal();
    there.send(strange_ends(method, count));
}

/// The same beside a thread that collects whatever ends.
void start_beside_a_collector(Connection there, StartMethod method, int count) {
    std::jthread collector([](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            waitpid(-1, nullptr, WNOHANG);
            std::this_thread::yield();
        }
    });
    there.send(strange_ends(method, count));
}

/// What the list of processes shows for this one.
void tell_command_name(Connection there) {
    std::ifstream file("/proc/self/comm");
    std::string name;
    std::getline(file, name);
    there.send(name);
}

class TestHostProgram : public support::MethodTest {
    Q_OBJECT

private slots:
    void namesAreShownInTheListOfProcesses() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, {.name = "reader of sensors"}, tell_command_name, there);
        QCOMPARE(here.recv<std::string>(limit), std::string("reader of senso"));  // 15 bytes
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void childOutlivesTheThreadThatStartedIt() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        std::optional<ChildGuard> child;
        // Its fork server, too, is started by a thread that ends.
        std::thread([&child, &there = there, method] { child.emplace(method, support::hold, there); }).join();
        QCOMPARE(here.recv<support::Word>(limit), support::Word::ready);
        QVERIFY(!(*child)->join(support::moment));
        QVERIFY((*child)->is_alive());
    }

    void ignoredChildSignal() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard host(StartMethod::spawn, start_with_ignored_signal, there, method, stress::scaled(20));
        QCOMPARE(here.recv<int>(2 * limit), 0);
    }

    void hostThatCollectsEveryChild() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard host(StartMethod::spawn, start_beside_a_collector, there, method, stress::scaled(20));
        QCOMPARE(here.recv<int>(2 * limit), 0);
    }

    void firstProcessOfAContainer() {
        QFETCH_GLOBAL(StartMethod, method);
        const QStringList inside{"--user", "--map-root-user", "--pid", "--fork", "--mount-proc"};
        if (support::run_command("unshare", inside + QStringList{"true"}).exitcode != 0) {
            QSKIP("this machine does not let us make a PID namespace");
        }
        const auto environment =
            support::environment_with("SPORK_START_METHOD", QString::fromStdString(std::string(to_string(method))));
        const QStringList words{QString::fromStdString(support::program("stress_program")), "start_many", "30"};
        const auto result = support::run_command("unshare", inside + words, environment);
        QCOMPARE(result.errors, std::string());
        QCOMPARE(result.output, std::string("pid 1, failed 0\n"));
    }

    void startCostsTheSameInAHugeParent() {
        QFETCH_GLOBAL(StartMethod, method);
        if (method == StartMethod::fork) {
            return;  // copies the page tables: what the other methods are for
        }
        const auto best_start = [method] {
            auto best = Clock::duration::max();
            for (int i = 0; i < 25; ++i) {
                const auto begin = Clock::now();
                ChildGuard child(method, support::do_nothing);
                child->join();
                best = std::min(best, Clock::now() - begin);
            }
            return best;
        };
        const auto small = best_start();
        const std::size_t size = std::size_t{1} << 30;  // a fork of it takes 11 ms and more
        void* const memory =
            mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
        if (memory == MAP_FAILED) {
            QSKIP("no gigabyte to spare");
        }
        const auto huge = best_start();
        munmap(memory, size);
        QVERIFY2(
            huge < 2 * small + 1ms,
            (std::to_string(huge / 1us) + " us with 1 GiB, " + std::to_string(small / 1us) + " us without").c_str());
    }

    /// Another process gets the number of a child whose status the host has collected.
    void endRequestNeverReachesAStranger() {
        QFETCH_GLOBAL(StartMethod, method);
        for (int attempt = 0; attempt < 50; ++attempt) {
            ChildGuard child(method, support::do_nothing);
            const auto pid = static_cast<pid_t>(child->pid().value());
            waitpid(pid, nullptr, 0);
            const int numbers = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
            if (numbers == -1) {
                QSKIP("only root may choose the number of the next process");
            }
            const std::string before = std::to_string(pid - 1);
            const bool chosen = write(numbers, before.data(), before.size()) == static_cast<ssize_t>(before.size());
            const pid_t stranger = fork();
            if (stranger == 0) {
                pause();
                _exit(0);
            }
            ::close(numbers);
            const bool same = chosen && stranger == pid;
            if (same) {
                child->terminate();
                child->kill();
            }
            siginfo_t info{};
            waitid(P_PID, static_cast<id_t>(stranger), &info, WEXITED | WNOHANG | WNOWAIT);
            ::kill(stranger, SIGKILL);
            waitpid(stranger, nullptr, 0);
            if (same) {
                QCOMPARE(info.si_pid, 0);  // it lived
                QCOMPARE(child.exitcode(), std::optional(255));
                return;
            }
        }
        QSKIP("no process got the number of another one");
    }

    void replacedOrRemovedProgramStartsItsOldSelf_data() {
        QTest::addColumn<bool>("remove");
        QTest::newRow("replaced") << false;
        QTest::newRow("removed") << true;
    }
    void replacedOrRemovedProgramStartsItsOldSelf() {
        QFETCH_GLOBAL(StartMethod, method);
        QFETCH(bool, remove);
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "program";
        std::filesystem::copy_file(support::program("stress_program"), path);
        QProcess program;
        program.setProcessEnvironment(
            support::environment_with("SPORK_START_METHOD", QString::fromStdString(std::string(to_string(method)))));
        program.setProcessChannelMode(QProcess::MergedChannels);
        program.start(QString::fromStdString(path.string()), {"start_when_told"});
        QVERIFY(program.waitForReadyRead());
        if (remove) {
            std::filesystem::remove(path);
        } else {
            const auto other = path.parent_path() / "other";
            std::filesystem::copy_file("/bin/true", other);
            std::filesystem::rename(other, path);
        }
        program.write("go\n");
        QVERIFY(program.waitForFinished());
        QCOMPARE(program.readAll(), QByteArray("ready\nchild of the old build\nexit code 0\n"));
    }

    void otherBuildIsRefused() {
        QFETCH_GLOBAL(StartMethod, method);
        if (method == StartMethod::fork) {
            return;  // executes nothing
        }
        const auto environment =
            support::environment_with("SPORK_START_METHOD", QString::fromStdString(std::string(to_string(method))));
        const auto result = support::run_program(
            "stress_program", {"start_by_executable", QString::fromStdString(support::program("tst_stress"))},
            environment);
        QVERIFY2(result.errors.find("another build") != std::string::npos, result.errors.c_str());
        QCOMPARE(result.output, std::string("exit code 1\n"));
    }
};

const support::TestClass<TestHostProgram> registered;

}  // namespace

#include "host_program.moc"
