// PAINS rows 3, 20, 21, 24, 26: very many children, from a busy parent, quickly, and all waited for at once.

#include "scale.hpp"

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <locale>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace {

using Clock = std::chrono::steady_clock;

/// Uses whatever in the C library has a lock. A child by forkserver or spawn has none of them locked.
void use_the_library() {
    const std::string text(100, 'x');
    std::ostringstream stream;
    stream.imbue(std::locale::classic());
    stream << text << 3.25 << std::locale().name();
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%f", 1.5);
    std::free(std::malloc(1000));
}

void say_cpus(Connection there) {
    there.send(spork::usable_cpu_count());
}
void say_ready(Connection there) {
    there.send(support::Word::ready);
}

class TestBusyParent : public support::MethodTest {
    Q_OBJECT

private slots:
    void noneHangsThoughTheParentHasBusyThreads() {
        QFETCH_GLOBAL(StartMethod, method);
        if (method == StartMethod::fork) {
            return;  // warned of: a copy of a process with threads has what they had locked
        }
        std::atomic<bool> end = false;
        std::vector<std::jthread> busy;
        for (int i = 0; i < 8; ++i) {
            busy.emplace_back([&end] {
                while (!end) {
                    use_the_library();
                }
            });
        }
        for (int round = stress::scaled(100); round != 0; --round) {
            ChildGuard child(method, use_the_library);
            QCOMPARE(child.exitcode(), std::optional(0));
        }
        end = true;
    }
};

class TestManyChildren : public support::MethodTest {
    Q_OBJECT

private slots:
    void noneStaysAZombie() {
        QFETCH_GLOBAL(StartMethod, method);
        // The leak guard finds zombies afterwards; nobody joins these. The full count is 10 000: SPORK_STRESS=25.
        std::vector<spork::Process> last;
        for (int i = stress::scaled(400); i != 0; --i) {
            spork::Process child = spork::get_context(method).Process(support::do_nothing);
            child.start();
            if (last.size() == 20) {
                last.erase(last.begin());
            }
            last.push_back(child);
            QVERIFY(spork::active_children().size() < 300);
        }
        QTRY_VERIFY(spork::active_children().empty());
    }

    void allAreWaitedForAtOnce() {
        QFETCH_GLOBAL(StartMethod, method);
        // Always more than the 64 that one call of Windows waits for. A child that Wine loads costs it 0.1 s of a processor.
        const auto count = static_cast<std::size_t>(std::max(80, stress::scaled(200)));
        std::vector<std::unique_ptr<ChildGuard>> children;
        std::vector<Connection> pipes;
        std::vector<spork::Waitable> all;
        while (children.size() < count) {
            auto [here, there] = spork::Pipe();
            children.push_back(std::make_unique<ChildGuard>(method, support::hold, there));
            pipes.push_back(here);
            all.emplace_back((*children.back())->sentinel());
        }
        for (const Connection& pipe : pipes) {
            QCOMPARE(pipe.recv<support::Word>(limit), support::Word::ready);
        }
        QVERIFY(spork::wait_indices(all, 0s).empty());
        auto best = Clock::duration::max();  // of several: others use this machine too
        std::vector<std::size_t> killed;
        for (const std::size_t next : {count / 4, count / 2, count - 1}) {
            const auto begin = Clock::now();
            (*children[next])->kill();
            killed.push_back(next);
            QTRY_COMPARE(spork::wait_indices(all, limit), killed);
            best = std::min(best, Clock::now() - begin);
        }
        QVERIFY(best < 1s);
        for (const auto& child : children) {
            (*child)->kill();  // all before the first is joined
        }
    }

    void forkServerIsNotSlowerThanSpawn() {
        QFETCH_GLOBAL(StartMethod, method);
        if (method != StartMethod::forkserver) {
            return;
        }
        // The best of many: others use this machine too.
        const auto best_of = [](StartMethod by) {
            auto best = Clock::duration::max();
            for (int i = 0; i < 25; ++i) {
                auto [here, there] = spork::Pipe();
                const auto begin = Clock::now();
                ChildGuard child(by, say_ready, there);
                here.recv<support::Word>(limit);
                best = std::min(best, Clock::now() - begin);
            }
            return best;
        };
        const auto server = best_of(StartMethod::forkserver);
        const auto spawn = best_of(StartMethod::spawn);
        const auto text = [](Clock::duration time) {
            return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(time).count()) + " us";
        };
        QVERIFY2(server < spawn, (text(server) + " by forkserver, " + text(spawn) + " by spawn").c_str());
    }

    void processorsAreThoseOfTheProcess() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, {.cpus = {0}}, say_cpus, there);
        QCOMPARE(here.recv<unsigned>(limit), 1u);
        QVERIFY(spork::cpu_count() >= spork::usable_cpu_count());
    }
};

const support::TestClass<TestBusyParent> busy_parent;
const support::TestClass<TestManyChildren> many_children;

}  // namespace

#include "many_children.moc"
