// Every system call of a start fails once. Each time: the start is refused with the system's reason or comes about all
// the same, nothing is left, and the next start succeeds.

#include "failing_calls.hpp"

#include "support/signals.hpp"
#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <optional>
#include <set>
#include <string>
#include <vector>

using fault::FailingCalls;
using spork::StandardStream;
using spork::StartMethod;
using support::limit;

namespace {

class TestFailingStart : public support::MethodTest {
    Q_OBJECT

    /// Starts a child while call `number` fails. False when there are no more calls to fail.
    static bool start_with_failing_call(int number, const spork::ProcessOptions& options,
                                        const support::LeakGuard& leaks, std::set<std::string>& seen) {
        QFETCH_GLOBAL(StartMethod, method);
        spork::Process child = spork::get_context(method).Process(options, support::do_nothing);
        std::optional<std::error_code> refused;
        std::string failed;
        int error = 0;
        {
            const FailingCalls failing(number);
            try {
                child.start();
            } catch (const spork::StartError& start_error) {
                refused = start_error.code();
            } catch (const std::system_error& system_error) {
                refused = system_error.code();
            }
            failed = FailingCalls::failed();
            error = FailingCalls::error();
        }
        const std::string place = failed + " (call " + std::to_string(number) + ")";
        seen.insert(failed);
        if (refused) {
            [&] {
                QVERIFY2(!failed.empty(), ("refused without a failure: " + refused->message()).c_str());
                QVERIFY2(
                    refused->value() == error,
                    (place + " became " + refused->message() + " (" + std::to_string(refused->value()) + ")").c_str());
                QVERIFY2(!child.is_alive(), place.c_str());
                QVERIFY2(!child.pid(), place.c_str());
            }();
        } else {
            [&] {
                QVERIFY2(child.join(limit), place.c_str());
                // Of what a child is refused after the fork it can only tell by its end.
                QVERIFY2(child.exitcode() == 0, (place + ": exit code " + std::to_string(*child.exitcode())).c_str());
            }();
            child.close();
        }
        const std::string left = leaks.leaks();
        [&] { QVERIFY2(left.empty(), (place + ": " + left).c_str()); }();
        [&] {
            support::ChildGuard next(method, support::do_nothing);
            QCOMPARE(next.exitcode(), std::optional(0));
        }();
        return !failed.empty() && !QTest::currentTestFailed();
    }

    static std::set<std::string> fail_each_call(const spork::ProcessOptions& options) {
        const support::LeakGuard leaks;
        std::set<std::string> seen;
        int number = 1;
        while (start_with_failing_call(number, options, leaks, seen) && number < 300) {
            ++number;
        }
        [&] { QVERIFY2(number > 5, "hardly a call was seen: is the library linked with --wrap?"); }();
        return seen;
    }

private slots:
    void plainStart() {
        QFETCH_GLOBAL(StartMethod, method);
        const auto seen = fail_each_call({});
        QVERIFY(seen.contains("socketpair"));
        QVERIFY(seen.contains("send") || seen.contains("sendmsg"));
        QVERIFY(method != StartMethod::spawn || seen.contains("clone"));
        QVERIFY(method != StartMethod::spawn || seen.contains("execve"));
        QVERIFY(method != StartMethod::fork || seen.contains("fork"));
    }

    void startWithEveryOption() {
        const auto seen = fail_each_call({.cwd = "/",
                                          .standard_input = StandardStream::pipe(),
                                          .standard_output = StandardStream::pipe(),
                                          .standard_error = StandardStream::file("/dev/null"),
                                          .priority = 0,
                                          .cpus = {0},
                                          .kill_tree = true});
        QVERIFY(seen.contains("setpriority"));
        QVERIFY(seen.contains("sched_setaffinity"));
        QVERIFY(seen.contains("open"));
    }

    void startThatOutlivesUs() { fail_each_call({.survive_parent = true}); }

    void startOfTheForkServerToo() {
        QFETCH_GLOBAL(StartMethod, method);
        if (method != StartMethod::forkserver) {
            return;
        }
        const support::LeakGuard with_server;
        std::set<std::string> seen;
        for (int number = 1; number < 300; ++number) {
            spork::set_forkserver_preload(spork::bind(support::do_nothing));  // ends the server that is there
            if (!start_with_failing_call(number, {}, with_server, seen)) {
                break;
            }
        }
        QVERIFY(seen.contains("clone"));
    }
};

const support::TestClass<TestFailingStart> registered;

}  // namespace

#include "start.moc"
