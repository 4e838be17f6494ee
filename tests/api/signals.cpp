// Signals that the program itself handles, and the fork server's: POSIX only.

#include "support/signals.hpp"
#include "support/system.hpp"
#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;
using support::SignalStorm;
using support::Word;

namespace {

constexpr std::size_t more_than_any_pipe = (16 << 20) + 1;

void receive_and_send_in_a_storm(Connection there) {
    const SignalStorm storm;
    there.send(Word::ready);
    there.send(there.recv<int>());
    there.send(std::string(more_than_any_pipe, 'x'));
    there.send(storm.count() > 0);
}

void tell_end_of_ignored_child(Connection there) {
    support::ignore_child_signal();
    spork::Process child([] { throw spork::Exit{3}; });
    child.start();
    child.join();
    there.send(child.exitcode());
    there.send(child.exit_status()->known);
}

void tell_end_of_collected_child(Connection there, StartMethod method) {
    auto [here, childs] = spork::Pipe();
    spork::Process child = spork::get_context(method).Process(support::wait_for_go, childs);
    child.start();
    here.recv<Word>();
    here.send(Word::go);
    support::collect_any_child();
    const bool ended = child.join(limit);
    there.send(ended);
    there.send(child.exitcode());
    there.send(child.exit_status()->known);
}

void write_into_received_file(Connection there) {
    support::fill_descriptors(256);
    const auto file = there.recv<spork::FileHandle>();
    file.write(file.native() >= 256 ? "bar" : "low number");
}

/// The processes of the runtime: children of this one that no Process stands for.
std::set<std::int64_t> servers() {
    const std::vector<std::int64_t> all = support::child_pids();
    std::set<std::int64_t> pids(all.begin(), all.end());
    for (const spork::Process& child : spork::active_children()) {
        pids.erase(child.pid().value());
    }
    return pids;
}

class TestSignals : public support::MethodTest {
    Q_OBJECT

private slots:
    void joinGoesOnAfterAHandlerRan() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, support::wait_for_go, there);
        const SignalStorm storm;
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QVERIFY(!child->join(support::moment));
        storm.wait_for_some();
        here.send(Word::go);
        QVERIFY(child->join());
        QCOMPARE(child.exitcode(), std::optional(0));
        QVERIFY(storm.count() > 0);
    }

    void startGoesOnAfterAHandlerRan() {
        QFETCH_GLOBAL(StartMethod, method);
        const SignalStorm storm;
        for (int i = 0; i < 10; ++i) {
            ChildGuard child(method, support::do_nothing);
            QCOMPARE(child.exitcode(), std::optional(0));
        }
        storm.wait_for_some();
    }

    void blockedCallsOfTheChildGoOn() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, receive_and_send_in_a_storm, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QVERIFY(!here.poll(support::moment));
        here.send(1234);
        QCOMPARE(here.recv<int>(limit), 1234);
        QVERIFY(here.recv<std::string>(limit) == std::string(more_than_any_pipe, 'x'));
        QVERIFY(here.recv<bool>(limit));
    }

    void timeLimitsHoldInAStorm() {
        auto [a, b] = spork::Pipe();
        const SignalStorm storm;
        const auto start = std::chrono::steady_clock::now();
        QVERIFY(!a.poll(support::moment));
        QVERIFY(spork::wait({a, b}, support::moment).empty());
        QVERIFY(!a.try_recv<int>(support::moment));
        const auto passed = std::chrono::steady_clock::now() - start;
        QVERIFY(passed >= 3 * support::moment);
        QVERIFY(passed < limit);
        QVERIFY(storm.count() > 0);
    }

    void deadForkServerIsReplaced_data() {
        QTest::addColumn<bool>("kill");
        QTest::newRow("SIGINT") << false;
        QTest::newRow("SIGKILL") << true;
    }
    void deadForkServerIsReplaced() {
        QFETCH_GLOBAL(StartMethod, method);
        QFETCH(bool, kill);
        if (method != StartMethod::forkserver) {
            return;  // there is no server to be hit
        }
        auto [here, there] = spork::Pipe();
        ChildGuard before(method, {.survive_parent = true}, support::wait_for_go, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        const std::set<std::int64_t> pids = servers();
        QCOMPARE(pids.size(), std::size_t(1));
        for (const std::int64_t pid : pids) {
            kill ? support::send_kill(pid) : support::send_interrupt(pid);
        }
        for (int i = 0; i < 3; ++i) {
            ChildGuard after(method, support::do_nothing);
            QCOMPARE(after.exitcode(), std::optional(0));
        }
        if (kill) {
            QVERIFY(!support::process_exists(*pids.begin()) || servers() != pids);
        }
        here.send(Word::go);
        QVERIFY(before->join(limit));
        QVERIFY2(before->exitcode() == 0 || before->exitcode() == 255, support::shown(before->exitcode()).c_str());
    }

    // SPORK_DEBUG_WAIT names the second child only; the first runs on.
    void childWaitsForItsDebugger() {
        QFETCH_GLOBAL(StartMethod, method);
        std::map<std::string, std::string> variables{{"SPORK_DEBUG_WAIT", "patient"}};
        for (const char* name : {"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}) {
            if (const char* value = std::getenv(name)) {
                variables.emplace(name, value);
            }
        }
        ChildGuard other(method, {.name = "hasty", .env = variables}, support::do_nothing);
        QCOMPARE(other.exitcode(), std::optional(0));
        spork::ProcessOptions options{.name = "patient", .env = variables};
        options.standard_error = spork::StandardStream::pipe();
        ChildGuard child(method, options, support::do_nothing);
        std::string said(300, ' ');
        said.resize(child->standard_error().read_some(std::as_writable_bytes(std::span(said))));
        QVERIFY2(said.find("patient waits") != std::string::npos, said.c_str());
        QVERIFY2(said.find(std::to_string(*child->pid())) != std::string::npos, said.c_str());
        // A signal that comes before it stops would be lost.
        while (!child->join(20ms)) {
            support::send_continue(*child->pid());
        }
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void ignoredChildSignalHangsNobody() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, tell_end_of_ignored_child, there);
        const auto code = here.recv<std::optional<int>>(limit);
        const bool known = here.recv<bool>(limit);
        QVERIFY2(code == (known ? 3 : 255), support::shown(code).c_str());
    }

    void statusThatTheHostCollectedIsUnknown() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, tell_end_of_collected_child, there, StartMethod::spawn);
        QVERIFY(here.recv<bool>(limit));
        const auto code = here.recv<std::optional<int>>(limit);
        const bool known = here.recv<bool>(limit);
        QVERIFY2(code == (known ? 0 : 255), support::shown(code).c_str());
    }

    void highDescriptorIntoAFullProcess() {
        QFETCH_GLOBAL(StartMethod, method);
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "large.txt";
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, write_into_received_file, there);
        {
            const auto low = spork::FileHandle::truncate(path);
            here.send(spork::FileHandle(support::duplicate_from(static_cast<int>(low.native()), 300)));
        }
        QCOMPARE(child.exitcode(), std::optional(0));
        QCOMPARE(spork::FileHandle::read(path).read_all(), std::string("bar"));
    }
};

const support::TestClass<TestSignals> registered;

}  // namespace

#include "signals.moc"
