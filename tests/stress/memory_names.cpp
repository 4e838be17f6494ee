// PAINS row 5, and 17 for memory with a name: nothing named is left, whoever is killed whenever, and memory that was
// made is there. Linux, where one can look.

#include "scale.hpp"
#include "survivors.hpp"

#include "support/program.hpp"
#include "support/signals.hpp"
#include "support/system.hpp"
#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using spork::Connection;
using spork::SharedMemory;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;
using support::Word;

namespace {

/// Makes memory and lets it go, in all ways, without end.
void use_memory(std::string family, int number) {
    for (int i = 0;; ++i) {
        const auto own = SharedMemory::create(100, family + std::to_string(number) + "_" + std::to_string(i % 3));
        const auto shared = SharedMemory::open_or_create(family + "all", 100);
        const auto generated = SharedMemory::create(100);
        if (i % 2 == 0) {
            own.unlink();
        }
    }
}

void head_of_users(std::string family, StartMethod method) {
    const spork::Context context = spork::get_context(method);
    for (int i = 0; i < 2; ++i) {
        context.Process(use_memory, family, i).start();
    }
    use_memory(family, 2);
}

/// Makes memory with a name whenever it gets one.
void make_what_is_asked_for(Connection parent) {
    std::vector<SharedMemory> memory;
    for (;;) {
        memory.push_back(SharedMemory::create(100, parent.recv<std::string>()));
        parent.send(Word::done);
    }
}

void fail_to_make(std::string name, Connection parent) {
    try {
        SharedMemory::create(100, name);
    } catch (const std::system_error& error) {
        parent.send(error.code() == std::errc::file_exists);
    }
}

bool within_two_seconds(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + 2s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

class TestMemoryNames : public support::MethodTest {
    Q_OBJECT

    static StartMethod method() {
        QFETCH_GLOBAL(StartMethod, method);
        return method;
    }

    /// What has fallen to this process since `before`, but for `child`.
    static std::vector<std::int64_t> orphans(const std::vector<std::int64_t>& before, std::int64_t child) {
        std::vector<std::int64_t> pids = support::child_pids();
        std::erase_if(pids, [&](std::int64_t pid) { return pid == child || std::ranges::count(before, pid) != 0; });
        return pids;
    }

private slots:
    void noneIsLeftWheneverAFamilyIsKilled() {
        const stress::Survivors survivors;
        const auto before = support::named_segments();
        const std::string family = "spork_family_" + std::to_string(*spork::current_process().pid()) + "_";
        for (int round = stress::scaled(60); round != 0; --round) {
            {
                ChildGuard head(method(), {.kill_tree = true}, head_of_users, family, method());
                std::this_thread::sleep_for(stress::some_time(60ms));
                if (round % 3 == 0) {
                    support::send_kill(*head->pid());  // the others notice by themselves
                }
                head->kill();
                QVERIFY(head->join(limit));
            }
            QVERIFY(within_two_seconds([&] { return support::named_segments() == before; }));
            const std::string left = survivors.wait_until_gone(limit);
            QVERIFY2(left.empty(), left.c_str());
        }
    }

    void keeperThatIsKilledIsReplaced() {
        const stress::Survivors survivors;
        const auto before = support::named_segments();
        const auto others = support::child_pids();
        auto [here, there] = spork::Pipe();
        {
            ChildGuard child(method(), make_what_is_asked_for, there);
            const auto keeper_of = [&, here = here](const std::string& name) -> std::int64_t {
                here.send(name);
                here.recv<Word>(limit);
                const auto found = orphans(others, *child->pid());
                return found.size() == 1 ? found.front() : 0;
            };
            const auto first = keeper_of("spork_first");
            QVERIFY(first != 0);
            support::send_interrupt(first);
            QCOMPARE(keeper_of("spork_second"), first);
            support::send_kill(first);
            support::collect_any_child();
            const auto second = keeper_of("spork_third");
            QVERIFY(second != 0 && second != first);
            child->kill();
            child->join(limit);
        }
        QVERIFY(within_two_seconds([&] { return support::named_segments() == before; }));
        QCOMPARE(survivors.wait_until_gone(limit), std::string());
    }

    void keeperDoesNotStayForNamesOfOthers() {
        const stress::Survivors survivors;
        auto [here, there] = spork::Pipe();
        const std::string taken = "/dev/shm/spork_foreign";
        std::ofstream(taken) << "not spork's";
        {
            ChildGuard child(method(), fail_to_make, "spork_foreign", there);
            QCOMPARE(here.recv<bool>(limit), true);
            QCOMPARE(child.exitcode(), std::optional(0));
        }
        QCOMPARE(survivors.wait_until_gone(limit), std::string());
        QCOMPARE(std::remove(taken.c_str()), 0);
    }

    void whatAllHaveLeftIsTakenByTheNextKeeper() {
        const stress::Survivors survivors;
        const auto before = support::named_segments();
        for (const bool again : {false, true}) {
            const auto others = support::child_pids();
            auto [here, there] = spork::Pipe();
            ChildGuard child(method(), make_what_is_asked_for, there);
            here.send(std::string(again ? "spork_after" : "spork_left"));
            QCOMPARE(here.recv<Word>(limit), Word::done);
            QVERIFY(within_two_seconds([&] { return support::named_segments().size() == before.size() + 1; }));
            if (!again) {
                const auto keeper = orphans(others, *child->pid());
                QCOMPARE(keeper.size(), std::size_t{1});
                support::send_kill(keeper.front());
                support::collect_any_child();
            }
            child->kill();
            child->join(limit);
        }
        QVERIFY(within_two_seconds([&] { return support::named_segments() == before; }));
        QCOMPARE(survivors.wait_until_gone(limit), std::string());
    }

    void folderWithoutRoomIsAnErrorAtOnce() {
        const QStringList inside{"--user",  "--map-root-user",
                                 "--mount", "sh",
                                 "-c",      R"(mount -t tmpfs -o size=64k none /dev/shm && exec "$0" "$@")"};
        if (support::run_command("unshare", inside + QStringList{"true"}).exitcode != 0) {
            QSKIP("this machine does not let us make a mount namespace");
        }
        const QStringList words{QString::fromStdString(support::program("stress_program")), "name_memory", "104857600",
                                "40960", "40960"};
        const auto result = support::run_command("unshare", inside + words);
        QCOMPARE(result.errors, std::string());
        QCOMPARE(result.output, std::string("no room\n40960 bytes were written\nno room\n"));
    }
};

const support::TestClass<TestMemoryNames> registered;

}  // namespace

#include "memory_names.moc"
