// PAINS rows 10, 17: a large array costs what is touched of it, and no folder has to have room for it. Linux.

#include "support/program.hpp"
#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using spork::Connection;
using spork::RawArray;
using support::ChildGuard;
using support::limit;

namespace {

constexpr std::size_t gibibyte = std::size_t{1} << 30;

/// Memory of this process that lies in RAM, in KiB.
long resident() {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word && word != "VmRSS:") {
    }
    long size = -1;
    status >> size;
    return size;
}

void report_residence(RawArray<double> array, Connection parent) {
    array[array.size() / 2] += 1;
    parent.send(resident());
}

void report_own_residence(Connection parent) {
    parent.send(resident());
}

/// Answers with the first element of each array that it gets.
void look_into(Connection parent) {
    try {
        for (;;) {
            parent.send(parent.recv<RawArray<double>>()[0]);
        }
    } catch (const spork::EofError&) {
    }
}

class TestLargeArray : public support::MethodTest {
    Q_OBJECT

private slots:
    void eightChildrenShareAGigabyte() {
        const RawArray<double> array(gibibyte / sizeof(double));
        auto [here, there] = spork::Pipe();
        ChildGuard first(method(), report_own_residence, there);
        const long without = here.recv<long>(limit);
        std::vector<std::unique_ptr<ChildGuard>> children;
        for (int i = 0; i < 8; ++i) {
            children.push_back(std::make_unique<ChildGuard>(method(), report_residence, array, there));
        }
        for (int i = 0; i < 8; ++i) {
            const long with = here.recv<long>(limit);
            QVERIFY2(with < without + 5000, (std::to_string(with) + " KiB, " + std::to_string(without)).c_str());
        }
        QVERIFY(array[array.size() / 2] > 0);
    }

    void gigabyteIsPassedInNoTime() {
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), look_into, there);
        there.close();
        const RawArray<double> array(gibibyte / sizeof(double));
        auto best = 1s * 1.0;
        for (int i = 1; i <= 25; ++i) {
            array[0] = i;
            const auto begin = std::chrono::steady_clock::now();
            here.send(array);
            QCOMPARE(here.recv<double>(limit), 1.0 * i);
            best = std::min<std::chrono::duration<double>>(best, std::chrono::steady_clock::now() - begin);
        }
        QVERIFY2(best < 20ms, std::to_string(best.count()).c_str());  // a copy of it takes 100 ms and more
        here.close();
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void arenaTakesWhatItNeedsAndGivesItBack() {
        const long at_first = resident();
        const spork::SharedArena arena({.capacity = 16 * gibibyte});
        QVERIFY(resident() < at_first + 5000);
        constexpr std::size_t size = gibibyte / 8;
        auto* const bytes = static_cast<char*>(arena.allocate(size));
        std::fill_n(bytes, size, 'x');
        QVERIFY(resident() > at_first + 100'000);
        arena.free(bytes, size);
        QVERIFY2(resident() < at_first + 5000, std::to_string(resident() - at_first).c_str());
    }

    void sharedMemoryFolderMayBeSmall() {
        const QStringList inside{"--user",  "--map-root-user",
                                 "--mount", "sh",
                                 "-c",      R"(mount -t tmpfs -o size=64k none /dev/shm && exec "$0" "$@")"};
        if (support::run_command("unshare", inside + QStringList{"true"}).exitcode != 0) {
            QSKIP("this machine does not let us make a mount namespace");
        }
        const auto environment =
            support::environment_with("SPORK_START_METHOD", QString::fromStdString(std::string(to_string(method()))));
        const QStringList words{QString::fromStdString(support::program("stress_program")), "fill_array", "100"};
        const auto result = support::run_command("unshare", inside + words, environment);
        QCOMPARE(result.errors, std::string());
        QCOMPARE(result.output, std::string("104857600 bytes were written\n"));
    }
};

const support::TestClass<TestLargeArray> registered;

}  // namespace

#include "large_arrays.moc"
