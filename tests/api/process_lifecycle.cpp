// From the making of a Process to its close().

#include "support/system.hpp"
#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <QCoreApplication>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;
using support::Word;

namespace {

bool is_active(const spork::Process& process) {
    const std::vector<spork::Process> children = spork::active_children();
    return std::find(children.begin(), children.end(), process) != children.end();
}

struct Facts {
    std::pair<int, int> positional;
    std::string hello;
    std::string name;
    std::vector<std::byte> authkey;
    spork::process_id pid;
    bool daemon;
};

void tell_facts(spork::Connection there, int first, int second, std::string hello) {
    const spork::Process self = spork::current_process();
    there.send(Facts{{first, second}, hello, self.name(), self.authkey(), self.pid().value(), self.daemon()});
}

void tell_thread_id(spork::Connection there) {
    there.send(support::native_thread_id());
}

void tell_open_handles(spork::Connection there) {
    there.send(support::open_handles());
    there.poll(spork::no_limit);
}

void start_again(spork::Connection there, int generations) {
    there.send(support::open_handles());
    if (generations > 1) {
        spork::Process next(start_again, there, generations - 1);
        next.start();
        next.join();
    }
}

class TestProcessLifecycle : public support::MethodTest {
    Q_OBJECT

private slots:
    void mainProcessKnowsItself() {
        const spork::Process self = spork::current_process();
        QCOMPARE(self.name(), std::string("MainProcess"));
        QVERIFY(self.is_alive());
        QVERIFY(!self.daemon());
        QCOMPARE(self.authkey().size(), std::size_t(32));
        QCOMPARE(self.pid(), std::optional<spork::process_id>(QCoreApplication::applicationPid()));
        QCOMPARE(self.exitcode(), std::optional<int>());
        QCOMPARE(self.identity(), std::vector<unsigned>());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, self.sentinel());
        QVERIFY(!spork::parent_process());
    }

    void childIsWhatItsParentSays() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        spork::Process p =
            spork::get_context(method).Process({.name = "SomeProcess", .daemon = true}, tell_facts, there, 1, 2, "bye");
        QCOMPARE(p.authkey(), spork::current_process().authkey());
        QVERIFY(!p.is_alive());
        QVERIFY(p.daemon());
        QVERIFY(!is_active(p));
        QVERIFY(!p.pid());
        QVERIFY(!p.exitcode());
        QVERIFY(!p.exit_status());

        ChildGuard guard(p);

        QVERIFY(p.pid());
        const auto facts = here.recv<Facts>(limit);
        QCOMPARE(facts.positional, std::pair(1, 2));
        QCOMPARE(facts.hello, std::string("bye"));
        QCOMPARE(facts.name, std::string("SomeProcess"));
        QCOMPARE(facts.authkey, spork::current_process().authkey());
        QCOMPARE(std::optional(facts.pid), p.pid());
        QVERIFY(facts.pid != spork::current_process().pid());
        QVERIFY(facts.daemon);

        QVERIFY(p.join(limit));
        QCOMPARE(p.exitcode(), std::optional(0));
        QVERIFY(!p.is_alive());
        QVERIFY(!is_active(p));
        QVERIFY(p.pid());
    }

    void authkeyIsInherited() {
        QFETCH_GLOBAL(StartMethod, method);
        const std::vector<std::byte> key(40, std::byte{7});
        auto [here, there] = spork::Pipe();
        spork::Process p = spork::get_context(method).Process(tell_facts, there, 1, 2, "");
        p.set_authkey(key);
        ChildGuard child(p);
        QVERIFY(here.recv<Facts>(limit).authkey == key);
        QVERIFY(spork::current_process().authkey() != key);
    }

    void runningChildIsAliveAndActive() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, support::wait_for_go, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);

        QVERIFY(child->is_alive());
        QVERIFY(is_active(*child));
        QVERIFY(!child->exitcode());
        QVERIFY(!child->join(0s));
        QVERIFY(!child->join(-1s));
        QVERIFY(!child->join(10ms));
        QVERIFY(child->is_alive());

        here.send(Word::go);
        QVERIFY(child->join());
        QVERIFY(child->join());
        QVERIFY(!child->is_alive());
        QVERIFY(!is_active(*child));
    }

    void terminateAndKillEndAtOnce_data() {
        QTest::addColumn<int>("code");
        QTest::newRow("terminate") << -15;
        QTest::newRow("kill") << -9;
        QTest::newRow("interrupt") << -2;
    }
    void terminateAndKillEndAtOnce() {
        QFETCH_GLOBAL(StartMethod, method);
        QFETCH(int, code);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, {.daemon = true}, support::hold, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);

        switch (code) {
            case -15:
                child->terminate();
                break;
            case -9:
                child->kill();
                break;
            default:
                child->interrupt();
        }

        QVERIFY(child->join(limit));
        QVERIFY(!child->is_alive());
        QVERIFY(!is_active(*child));
        QVERIFY(child->join());
        QCOMPARE(child->exitcode(), std::optional(code));
        QCOMPARE(child->exit_status()->signal, -code);
        QVERIFY(child->exit_status()->known);
        child->terminate();  // nothing happens to what has ended
        child->kill();
        QCOMPARE(child->exitcode(), std::optional(code));
    }

    void manyChildren() {
        QFETCH_GLOBAL(StartMethod, method);
        const int count = method == StartMethod::spawn ? 5 : 50;
        std::vector<spork::Process> finishing;
        for (int i = 0; i < count; ++i) {
            finishing.push_back(spork::get_context(method).Process(support::do_nothing));
            finishing.back().start();
        }
        for (spork::Process& p : finishing) {
            QVERIFY(p.join(limit));
            QCOMPARE(p.exitcode(), std::optional(0));
        }
        std::vector<std::unique_ptr<ChildGuard>> ended;
        auto [here, there] = spork::Pipe();
        for (int i = 0; i < count; ++i) {
            ended.push_back(std::make_unique<ChildGuard>(method, support::hold, there));
        }
        for (auto& p : ended) {  // some of them are starting still
            (*p)->terminate();
        }
        for (auto& p : ended) {
            QCOMPARE(p->exitcode(), std::optional(-15));
        }
    }

    void sentinelIsReadyAtTheEnd() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        spork::Process p = spork::get_context(method).Process(support::wait_for_go, there);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, p.sentinel());
        ChildGuard guard(p);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QVERIFY(spork::wait({p.sentinel()}, 0s).empty());

        here.send(Word::go);

        QCOMPARE(spork::wait({p.sentinel()}, limit).size(), std::size_t(1));
        QVERIFY(p.join(limit));
        QCOMPARE(spork::wait({p.sentinel()}, 0s).size(), std::size_t(1));
        QVERIFY(p.sentinel() == p.sentinel());
    }

    void closeReleasesAnEndedProcess() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, {.name = "closing"}, support::wait_for_go, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        const std::size_t running = support::open_handles();
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, child->close());
        here.send(Word::go);
        QVERIFY(child->join(limit));
        QCOMPARE(child->exitcode(), std::optional(0));

        child->close();
        child->close();

        QVERIFY(support::open_handles() < running);
        QCOMPARE(child->name(), std::string("closing"));
        QVERIFY(!child->daemon());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, child->is_alive());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, child->join());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, child->terminate());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, child->exitcode());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, child->pid());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, child->sentinel());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, child->start());
    }

    void wrongOrderIsAUsageError() {
        QFETCH_GLOBAL(StartMethod, method);
        spork::Process p = spork::get_context(method).Process(support::do_nothing);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, p.join());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, p.terminate());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, p.kill());
        QVERIFY(!p.is_alive());
        p.start();
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, p.start());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, p.set_daemon(true));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, p.set_options({.name = "late"}));
        QVERIFY(p.join(limit));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, p.start());
        QCOMPARE(p.exitcode(), std::optional(0));
        spork::Process self = spork::current_process();
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, self.join());
    }

    void copiesAreTheSameProcess() {
        QFETCH_GLOBAL(StartMethod, method);
        spork::Process p = spork::get_context(method).Process(support::do_nothing);
        spork::Process copy = p;
        copy.set_name("renamed");
        QCOMPARE(p.name(), std::string("renamed"));
        p.start();
        QVERIFY(copy == p);
        QVERIFY(copy.join(limit));
        QCOMPARE(p.exitcode(), std::optional(0));
        QVERIFY(!(spork::Process() == p));
    }

    void processWithoutATargetExitsWithZero() {
        QFETCH_GLOBAL(StartMethod, method);
        ChildGuard child(spork::get_context(method).Process());
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void temporaryIsKeptUntilItsEnd() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        spork::get_context(method).Process({.name = "temporary"}, support::wait_for_go, there).start();
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        std::vector<spork::Process> children = spork::active_children();
        QCOMPARE(children.size(), std::size_t(1));
        QCOMPARE(children.front().name(), std::string("temporary"));
        here.send(Word::go);
        QVERIFY(children.front().join(limit));
    }

    void runIsACallHere() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        spork::Process p = spork::get_context(method).Process(tell_thread_id, there);
        p.run();
        QCOMPARE(here.recv<std::uint64_t>(limit), support::native_thread_id());
        QVERIFY(!p.pid());
        spork::Process thrower = spork::get_context(method).Process([] { throw std::runtime_error("out of run"); });
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, thrower.run());
    }

    void childHasAMainThreadOfItsOwn() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, tell_thread_id, there);
        QVERIFY(here.recv<std::uint64_t>(limit) != support::native_thread_id());
    }

    // CPython's issue: each child inherited what the ones before it needed.
    void laterChildrenHaveNoMoreHandles() {
        QFETCH_GLOBAL(StartMethod, method);
        if (method == StartMethod::fork) {
            return;  // a plain copy: it has all that its parent has for the others
        }
        std::vector<std::size_t> counts;
        std::vector<std::unique_ptr<ChildGuard>> children;
        std::vector<spork::Connection> connections;
        for (int i = 0; i < 5; ++i) {
            auto [here, there] = spork::Pipe();
            children.push_back(std::make_unique<ChildGuard>(method, tell_open_handles, there));
            there.close();
            counts.push_back(here.recv<std::size_t>(limit));
            connections.push_back(here);
        }
        QVERIFY2(std::adjacent_find(counts.begin(), counts.end(), std::not_equal_to<>()) == counts.end(),
                 support::shown(counts).c_str());
    }

    void generationsDoNotAddUp() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, start_again, there, 5);
        std::vector<std::size_t> counts;
        for (int i = 0; i < 5; ++i) {
            counts.push_back(here.recv<std::size_t>(limit));
        }
        QVERIFY2(counts[2] == counts[3], support::shown(counts).c_str());  // the first ones have no parent of a parent
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void processorsAreCounted() {
        QVERIFY(spork::cpu_count() >= 1);
        QVERIFY(spork::usable_cpu_count() >= 1);
        QVERIFY(spork::usable_cpu_count() <= spork::cpu_count());
    }

    void printedFormNamesStateAndEnd() {
        QFETCH_GLOBAL(StartMethod, method);
        ChildGuard child(method, {.name = "clock", .daemon = true}, support::do_nothing);
        QVERIFY(child->join(limit));
        const std::string text = support::shown(*child);
        for (const std::string& part : {std::string("\"clock\""), "pid=" + std::to_string(child->pid().value()),
                                        std::string("stopped"), std::string("exitcode=0"), std::string("daemon")}) {
            QVERIFY2(text.find(part) != std::string::npos, (text + " lacks " + part).c_str());
        }
    }
};

const support::TestClass<TestProcessLifecycle> registered;

}  // namespace

#include "process_lifecycle.moc"
