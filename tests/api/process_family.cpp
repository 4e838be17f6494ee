// Parents, children and their children: names, active_children, parent_process, daemons, who dies with whom.

#include "support/system.hpp"
#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <QCoreApplication>

#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;
using support::Word;

namespace {

using Id = std::vector<int>;

void send_and_multiply(Connection writer, Id id) {
    writer.send(id);
    for (int i = 0; i < 2 && id.size() < 2; ++i) {
        Id next = id;
        next.push_back(i);
        spork::Process child(send_and_multiply, writer, next);
        child.start();
        child.join();
    }
}

struct Name {
    std::string name;
    std::vector<unsigned> identity;
};

Name name_of(const spork::Process& process) {
    return {process.name(), process.identity()};
}

void tell_names(Connection there) {
    there.send(name_of(spork::current_process()));
    there.send(name_of(spork::Process()));
    there.send(name_of(spork::Process()));
}

void tell_parent(Connection there) {
    const spork::ParentProcess parent = spork::parent_process().value();
    there.send(std::pair(parent.pid(), parent.name()));
}

void watch_parent(Connection there) {
    const spork::ParentProcess parent = spork::parent_process().value();
    there.send(parent.is_alive());
    there.send(parent.join(limit));
    there.send(parent.is_alive());
}

void start_and_hold(Connection there, bool daemon, bool survive_parent, bool watch) {
    spork::ProcessOptions options{.daemon = daemon, .survive_parent = survive_parent};
    spork::Process child =
        watch ? spork::Process(options, watch_parent, there) : spork::Process(options, support::hold, there);
    child.start();
    there.close();
    child.join();
}

void start_and_return(Connection there, Connection grandchilds, bool daemon) {
    spork::Process({.daemon = daemon}, support::wait_for_go, grandchilds).start();
    there.recv<Word>();
}

void start_and_leave_at_once(Connection there) {
    spork::Process({.daemon = true}, support::hold, there).start();
    std::_Exit(3);
}

void try_to_have_a_child(Connection there) {
    const spork::Process made_here;
    there.send(made_here.daemon());
    try {
        spork::Process child(support::do_nothing);
        child.start();
        there.send(std::string("started"));
    } catch (const spork::UsageError& error) {
        there.send(std::string(error.what()));
    }
}

class TestProcessFamily : public support::MethodTest {
    Q_OBJECT

private slots:
    void defaultNamesAreNumbered() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        spork::Process p = spork::get_context(method).Process(tell_names, there);
        const spork::Process next;
        QCOMPARE(p.identity().size(), std::size_t(1));
        const unsigned number = p.identity().front();
        QCOMPARE(next.identity(), std::vector<unsigned>{number + 1});
        const std::string name = "Process-" + std::to_string(number);
        QCOMPARE(p.name(), name);

        ChildGuard guard(p);

        auto told = here.recv<Name>(limit);
        QCOMPARE(told.name, name);
        QCOMPARE(told.identity, std::vector<unsigned>{number});
        told = here.recv<Name>(limit);
        QCOMPARE(told.name, name + ":1");
        QCOMPARE(told.identity, (std::vector<unsigned>{number, 1}));
        QCOMPARE(here.recv<Name>(limit).name, name + ":2");
    }

    void nameOfARunningChildMayBeSet() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, {.name = "before"}, support::wait_for_go, there);
        child->set_name("after");
        QCOMPARE(child->name(), std::string("after"));
    }

    void recursionKeepsItsOrder() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [reader, writer] = spork::Pipe(false);
        ChildGuard child(method, send_and_multiply, writer, Id());
        writer.close();
        for (const Id& id : {Id{}, Id{0}, Id{0, 0}, Id{0, 1}, Id{1}, Id{1, 0}, Id{1, 1}}) {
            QCOMPARE(reader.recv<Id>(limit), id);
        }
        QVERIFY_THROWS_EXCEPTION(spork::EofError, reader.recv<Id>(limit));
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void childKnowsItsParent() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, tell_parent, there);
        const auto [pid, name] = here.recv<std::pair<spork::process_id, std::string>>(limit);
        QCOMPARE(pid, static_cast<spork::process_id>(QCoreApplication::applicationPid()));
        QCOMPARE(name, spork::current_process().name());
    }

    void childSeesItsParentEnd() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, start_and_hold, there, false, true, true);
        there.close();
        QCOMPARE(here.recv<bool>(limit), true);
        child->terminate();
        QVERIFY(child->join(limit));
        QCOMPARE(here.recv<bool>(limit), true);
        QCOMPARE(here.recv<bool>(limit), false);
        QVERIFY_THROWS_EXCEPTION(spork::EofError, here.recv<bool>(limit));
    }

    void finishedChildrenAreReaped() {
        QFETCH_GLOBAL(StartMethod, method);
        std::vector<spork::Process> children;
        for (int i = 0; i < 3; ++i) {
            children.push_back(spork::get_context(method).Process(support::do_nothing));
            children.back().start();
        }
        for (spork::Process& child : children) {
            QVERIFY(!spork::wait({child.sentinel()}, limit).empty());
        }
        QVERIFY(spork::active_children().empty());
        QCOMPARE(support::unreaped_children(), std::size_t(0));
        QCOMPARE(children.front().exitcode(), std::optional(0));
    }

    void startReapsFinishedChildren() {
        QFETCH_GLOBAL(StartMethod, method);
        spork::Process first = spork::get_context(method).Process(support::do_nothing);
        first.start();
        QVERIFY(!spork::wait({first.sentinel()}, limit).empty());
        auto [here, there] = spork::Pipe();
        ChildGuard second(method, support::hold, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QCOMPARE(support::unreaped_children(), std::size_t(0));
        QCOMPARE(first.exitcode(), std::optional(0));
    }

    void daemonFlagIsTheCreatorsUnlessSaid() {
        QVERIFY(!spork::Process().daemon());
        QVERIFY(spork::Process({.daemon = true}).daemon());
        QVERIFY(!spork::Process({.daemon = false}).daemon());
        spork::Process p;
        p.set_daemon(true);
        QVERIFY(p.daemon());
    }

    void daemonCannotHaveChildren() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, {.daemon = true}, try_to_have_a_child, there);
        QCOMPARE(here.recv<bool>(limit), true);
        const auto said = here.recv<std::string>(limit);
        QVERIFY2(said.find("daemon") != std::string::npos, said.c_str());
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void normalEndTerminatesDaemonsAndJoinsTheOthers_data() {
        QTest::addColumn<bool>("daemon");
        QTest::newRow("daemon") << true;
        QTest::newRow("child") << false;
    }
    void normalEndTerminatesDaemonsAndJoinsTheOthers() {
        QFETCH_GLOBAL(StartMethod, method);
        QFETCH(bool, daemon);
        auto [here, there] = spork::Pipe();
        auto [mine, grandchilds] = spork::Pipe();
        ChildGuard child(method, start_and_return, there, grandchilds, daemon);
        grandchilds.close();
        QCOMPARE(mine.recv<Word>(limit), Word::ready);
        here.send(Word::go);
        if (!daemon) {
            QVERIFY(!child->join(support::moment));
            mine.send(Word::go);
        }
        QCOMPARE(child.exitcode(), std::optional(0));
        QVERIFY_THROWS_EXCEPTION(spork::EofError, mine.recv<Word>(limit));
    }

    // Whoever dies is not asked before: nothing that a handler at exit does can help here.
    void childrenDieWithAKilledParent_data() {
        QTest::addColumn<bool>("daemon");
        QTest::addColumn<bool>("survives");
        QTest::newRow("daemon") << true << false;
        QTest::newRow("child") << false << false;
        QTest::newRow("survivor") << false << true;
    }
    void childrenDieWithAKilledParent() {
        QFETCH_GLOBAL(StartMethod, method);
        QFETCH(bool, daemon);
        QFETCH(bool, survives);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, start_and_hold, there, daemon, survives, false);
        there.close();
        QCOMPARE(here.recv<Word>(limit), Word::ready);

        child->kill();

        QCOMPARE(child.exitcode(), std::optional(-9));
        if (survives) {
            QVERIFY(!here.poll(support::moment));
            here.send(Word::go);  // lets the survivor end
        }
        QVERIFY_THROWS_EXCEPTION(spork::EofError, here.recv<Word>(limit));
    }

    void daemonCannotSurviveItsParent() {
        QFETCH_GLOBAL(StartMethod, method);
        spork::Process p =
            spork::get_context(method).Process({.daemon = true, .survive_parent = true}, support::do_nothing);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, p.start());
        QVERIFY(!p.pid());
    }

    void daemonsDieWhenTheirParentLeavesWithoutExitWork() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, start_and_leave_at_once, there);
        there.close();
        QCOMPARE(child.exitcode(), std::optional(3));
        for (;;) {  // the daemon may have come as far as its first word
            try {
                QCOMPARE(here.recv<Word>(limit), Word::ready);
            } catch (const spork::EofError&) {
                break;
            }
        }
    }

    void onlyTheParentJoins() {
        QFETCH_GLOBAL(StartMethod, method);
        if (method != StartMethod::fork) {
            return;  // a Process does not travel: only a forked child can have a copy of one
        }
        auto [here, there] = spork::Pipe();
        ChildGuard sibling(method, support::hold, here);
        QCOMPARE(there.recv<Word>(limit), Word::ready);
        spork::Process copy = *sibling;
        spork::Process unstarted = spork::get_context(method).Process(support::do_nothing);
        ChildGuard child(
            method, spork::fork_only([copy, unstarted]() mutable {
                int refused = 0;
                for (const std::function<void()>& call :
                     {std::function<void()>([&] { copy.join(); }), std::function<void()>([&] { unstarted.start(); })}) {
                    try {
                        call();
                    } catch (const spork::UsageError&) {
                        ++refused;
                    }
                }
                throw spork::Exit{refused + 10};
            }));
        QCOMPARE(child.exitcode(), std::optional(12));
    }
};

const support::TestClass<TestProcessFamily> registered;

}  // namespace

#include "process_family.moc"
