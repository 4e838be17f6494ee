/// \file
/// Taking and freeing a lock, alone and against others.

#include "job.hpp"
#include "kernel.hpp"
#include "measure.hpp"

#include <spork/spork.hpp>

#include <boost/interprocess/sync/interprocess_mutex.hpp>

#include <chrono>
#include <stdexcept>

namespace bench {

namespace {

/// Nanoseconds of one lock and unlock, of so many in a row.
template <class Mutex>
Side alone(const std::string& name, Mutex& mutex) {
    constexpr int in_a_row = 20'000;
    return {name, 5, [&mutex](int times) {
                Samples samples = repeat(times, [&mutex] {
                    for (int i = 0; i < in_a_row; ++i) {
                        mutex.lock();
                        mutex.unlock();
                    }
                });
                for (double& sample : samples) {
                    sample /= in_a_row;
                }
                return samples;
            }};
}

std::optional<double> nanoseconds(std::optional<double> seconds) {
    return seconds ? std::optional(*seconds * 1e9) : std::nullopt;
}

void compare_alone(const Options& options, Report& report) {
    spork::Lock lock;
    spork::RLock recursive;
    spork::Semaphore semaphore(1);
    kernel::SharedMutex mutex;
    boost::interprocess::interprocess_mutex boost_mutex;
    const auto figures = take_turns({alone("Lock", lock), alone("kernel", mutex), alone("RLock", recursive),
                                     alone("Semaphore", semaphore), alone("Boost", boost_mutex)},
                                    options.quick ? 21 : 101);
    const std::string job = "lock+unlock, nobody waiting: ";
    const auto row = [&](const char* what, std::size_t own, const std::string& peer, std::size_t other,
                         Goal goal = {}) {
        report.rows.push_back({job + what, peer, "ns", nanoseconds(figures[own]), nanoseconds(figures[other]), goal});
    };
    row("Lock", 0, kernel::SharedMutex::name, 1, {Goal::Kind::ratio, 1});
    row("RLock", 2, kernel::SharedMutex::name, 1);
    row("Lock", 0, "Boost interprocess_mutex", 4);
    row("Semaphore", 3, kernel::SharedMutex::name, 1);
}

void contend(spork::Lock lock, spork::Barrier gate, int times) {
    gate.wait();
    for (int i = 0; i < times; ++i) {
        lock.lock();
        lock.unlock();
    }
}

/// Seconds that so many processes take for so many turns each.
double spork_contends(int processes, int times) {
    const spork::Lock lock;
    const spork::Barrier gate(processes + 1);
    std::vector<spork::Process> children;
    for (int i = 0; i < processes; ++i) {
        children.emplace_back(contend, lock, gate, times);
        children.back().start();
    }
    gate.wait();
    return seconds([&] {
        for (spork::Process& child : children) {
            child.join();
            if (child.exitcode() != 0) {
                throw std::runtime_error("a process that contends for a lock failed");
            }
        }
    });
}

void grow_contention(const Options& options, Report& report) {
    const std::vector<int> counts = options.quick ? std::vector{1, 2, 4} : std::vector{1, 2, 4, 8, 16, 32, 64};
    const int turns = options.quick ? 100'000 : 400'000;
    Curve curve{"lock+unlock against others",
                "processes",
                "ns a turn",
                {},
                {},
                {{"Lock", {}}, {kernel::SharedMutex::name, {}}}};
    for (const int count : counts) {
        kernel::SharedMutex mutex;
        const int times = turns / count;
        const auto a_turn = [&](std::optional<double> all) {
            return all ? Samples{*all / (static_cast<double>(times) * count)} : Samples();
        };
        const auto figures = take_turns({{"Lock", 1, [&](int) { return a_turn(spork_contends(count, times)); }},
                                         {"kernel", 1, [&](int) { return a_turn(mutex.contend(count, times)); }}},
                                        options.quick ? 3 : 7);
        curve.at.push_back(count);
        curve.marks.push_back(std::to_string(count));
        for (std::size_t i = 0; i < figures.size(); ++i) {
            curve.lines[i].values.push_back(nanoseconds(figures[i]));
        }
    }
    report.curves.push_back(std::move(curve));
}

}  // namespace

void run_lock(const Options& options, Report& report) {
    compare_alone(options, report);
    grow_contention(options, report);
}

}  // namespace bench
