// The fork server is killed at any instant while children are started. Whatever it was doing: each start succeeds, each
// target runs once, and no process is left that nobody waits for.

#include "scale.hpp"

#include "support/signals.hpp"
#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <chrono>
#include <set>
#include <string>
#include <thread>

using namespace std::chrono_literals;
using spork::Connection;
using spork::StartMethod;
using support::limit;

namespace {

void say_number(Connection there, int number) {
    there.send(number);
}

/// The processes of the runtime: children of this one that no Process stands for.
std::set<std::int64_t> servers() {
    const std::vector<std::int64_t> all = support::child_pids();
    std::set<std::int64_t> pids(all.begin(), all.end());
    for (const spork::Process& child : spork::active_children()) {
        pids.erase(child.pid().value_or(0));
    }
    return pids;
}

class TestKilledServer : public support::LeakTest {
    Q_OBJECT

    static void kill_servers() {
        for (const std::int64_t pid : servers()) {
            support::send_kill(pid);
        }
    }

private slots:
    void childrenStartAllTheSame() {
        const spork::Context context = spork::get_context(StartMethod::forkserver);
        for (int round = stress::scaled(200); round != 0; --round) {
            auto [here, there] = spork::Pipe();
            // Only the server: a child that the main thread has just got is not yet among the active ones.
            const std::set<std::int64_t> victims = servers();
            std::jthread killer([&victims, time = stress::some_time(2ms)] {
                stress::pass(time);
                for (const std::int64_t pid : victims) {
                    support::send_kill(pid);
                }
            });
            for (int number = 0; number < 4; ++number) {
                spork::Process child = context.Process(say_number, there, number);
                child.start();
                QVERIFY(child.join(limit));
                const int code = child.exitcode().value();
                QVERIFY2(code == 0 || code == 255, std::to_string(code).c_str());
                QCOMPARE(here.recv<int>(limit), number);
            }
            there.close();
            QVERIFY_THROWS_EXCEPTION(spork::EofError, here.recv<int>(limit));  // nobody runs a target twice, or waits with it
            killer.join();
            kill_servers();
            spork::Process last = context.Process(support::do_nothing);
            last.start();
            QVERIFY(last.join(limit));
            QTRY_COMPARE(support::child_pids().size(), std::size_t(1));  // the server alone: no zombie, nobody lost
        }
    }
};

const support::TestClass<TestKilledServer> registered;

}  // namespace

#include "kill_server.moc"
