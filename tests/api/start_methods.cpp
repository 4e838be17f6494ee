// Choosing among the start methods, and mixing them.

#include "support/targets.hpp"
#include "support/test_case.hpp"
#include "support/threads.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;
using support::Word;

namespace {

void tell_method(Connection there) {
    there.send(std::string(to_string(spork::get_start_method())));
}

void exit_when_told(Connection there, int code) {
    support::wait_for_go(there);
    throw spork::Exit{code};
}

/// Goes down one generation a method, and tells which it came by.
void go_down(Connection there, std::vector<StartMethod> methods) {
    there.send(std::string(to_string(spork::get_start_method())));
    if (!methods.empty()) {
        const spork::Context next = spork::get_context(methods.front());
        methods.erase(methods.begin());
        spork::Process child = next.Process(go_down, there, methods);
        child.start();
        child.join();
        throw spork::Exit{child.exitcode().value()};
    }
}

class TestStartMethod : public support::MethodTest {
    Q_OBJECT

private slots:
    void everySystemHasSpawn() {
        const std::vector<StartMethod> methods = spork::get_all_start_methods();
        QVERIFY(std::find(methods.begin(), methods.end(), StartMethod::spawn) != methods.end());
        QCOMPARE(std::set<StartMethod>(methods.begin(), methods.end()).size(), methods.size());
        QCOMPARE(std::string(to_string(StartMethod::fork)), std::string("fork"));
        QCOMPARE(std::string(to_string(StartMethod::spawn)), std::string("spawn"));
        QCOMPARE(std::string(to_string(StartMethod::forkserver)), std::string("forkserver"));
    }

    void missingMethodIsUnavailable() {
        const std::vector<StartMethod> methods = spork::get_all_start_methods();
        for (const StartMethod any : {StartMethod::fork, StartMethod::spawn, StartMethod::forkserver}) {
            if (std::find(methods.begin(), methods.end(), any) != methods.end()) {
                QCOMPARE(spork::get_context(any).get_start_method(), any);
            } else {
                QVERIFY_THROWS_EXCEPTION(spork::StartMethodUnavailable, spork::get_context(any));
                QVERIFY_THROWS_EXCEPTION(spork::StartMethodUnavailable, spork::set_start_method(any, true));
                spork::Process p({.start_method = any}, support::do_nothing);
                QVERIFY_THROWS_EXCEPTION(spork::StartMethodUnavailable, p.start());
            }
        }
    }

    // A fork server ends when it is replaced; what it knows of its children must not end with it.
    void childrenOutliveTheirForkServer() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard before(method, exit_when_told, there, 3);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        spork::set_forkserver_preload(spork::bind(support::do_nothing));
        for (const StartMethod any : spork::get_all_start_methods()) {
            ChildGuard after(any, support::do_nothing);
            QCOMPARE(after.exitcode(), std::optional(0));
        }
        QVERIFY(before->is_alive());
        here.send(Word::go);
        QCOMPARE(before.exitcode(), std::optional(3));
    }

    void childSaysHowItWasStarted() {
        QFETCH_GLOBAL(StartMethod, method);
        const spork::Context context = spork::get_context(method);
        QVERIFY(context == spork::get_context(method));
        auto [here, there] = context.Pipe();
        ChildGuard child(context.Process(tell_method, there));
        QCOMPARE(here.recv<std::string>(limit), std::string(to_string(method)));
        ChildGuard named(context.Process({.name = "named"}, tell_method, there));
        QCOMPARE(named->name(), std::string("named"));
        QCOMPARE(here.recv<std::string>(limit), std::string(to_string(method)));
        ChildGuard by_option(spork::Process({.start_method = method}, tell_method, there));
        QCOMPARE(here.recv<std::string>(limit), std::string(to_string(method)));
    }

    void methodsMixInGenerations() {
        QFETCH_GLOBAL(StartMethod, method);
        for (const StartMethod second : spork::get_all_start_methods()) {
            for (const StartMethod third : spork::get_all_start_methods()) {
                auto [here, there] = spork::Pipe();
                ChildGuard child(method, go_down, there, std::vector{second, third});
                QCOMPARE(here.recv<std::string>(limit), std::string(to_string(method)));
                QCOMPARE(here.recv<std::string>(limit), std::string(to_string(second)));
                QCOMPARE(here.recv<std::string>(limit), std::string(to_string(third)));
                QCOMPARE(child.exitcode(), std::optional(0));
            }
        }
    }

    void siblingsOfAllMethodsShareAPipe() {
        auto [here, there] = spork::Pipe();
        std::vector<std::unique_ptr<ChildGuard>> children;
        for (const StartMethod any : spork::get_all_start_methods()) {
            children.push_back(std::make_unique<ChildGuard>(any, tell_method, there));
        }
        std::multiset<std::string> expected;
        std::multiset<std::string> told;
        for (const StartMethod any : spork::get_all_start_methods()) {
            expected.emplace(to_string(any));
            told.insert(here.recv<std::string>(limit));
        }
        QVERIFY(told == expected);
    }

    void severalThreadsMayStart() {
        QFETCH_GLOBAL(StartMethod, method);
        std::atomic<int> good = 0;
        support::Threads threads;
        for (int i = 0; i < 4; ++i) {
            threads.start([method, &good] {
                for (int j = 0; j < 5; ++j) {
                    auto [here, there] = spork::Pipe();
                    ChildGuard child(method, tell_method, there);
                    there.close();
                    good += here.recv<std::string>(limit) == to_string(method);
                    good += child.exitcode() == 0;
                }
            });
        }
        threads.join();
        QCOMPARE(good.load(), 40);
    }

    // A forked child has the locks of all threads as they were. spork's own must not be among those that stay taken.
    void busyThreadsOfTheParentHinderNoChild() {
        QFETCH_GLOBAL(StartMethod, method);
        support::Threads threads;
        for (int i = 0; i < 4; ++i) {
            threads.start([](const std::stop_token& stop) {
                while (!stop.stop_requested()) {
                    const spork::Process made;
                    auto [a, b] = spork::Pipe();
                    a.send(std::string(1000, 'x'));
                    b.recv<std::string>();
                    spork::get_logger().debug("busy");
                }
            });
        }
        int good = 0;
        for (int i = 0; i < 20; ++i) {
            ChildGuard child(method, [] {
                const std::vector<std::string> allocated(100, std::string(100, 'x'));
                auto [a, b] = spork::Pipe();
                a.send(allocated);
                b.recv<std::vector<std::string>>();
                spork::get_logger().debug("child");
            });
            good += child.exitcode() == 0;
        }
        threads.request_stop();
        threads.join();
        QCOMPARE(good, 20);
    }
};

const support::TestClass<TestStartMethod> registered;

}  // namespace

#include "start_methods.moc"
