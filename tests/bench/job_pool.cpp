/// \file
/// Tasks in a Pool: tiny ones, many at once, and some that have to be computed.

#include "foreign.hpp"
#include "job.hpp"
#include "kernel.hpp"
#include "measure.hpp"

#include <spork/spork.hpp>

#include <chrono>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace bench {

namespace {

constexpr int tiny_tasks = 20'000;
constexpr int mapped = 1'000'000;
constexpr int heavy_tasks = 40;

int square(int number) {
    return static_cast<int>(static_cast<unsigned>(number) * static_cast<unsigned>(number));
}

/// Keeps a processor busy for about 10 ms; the same work every time.
std::uint64_t compute(std::uint64_t seed) {
    for (int i = 0; i < 5'000'000; ++i) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
    }
    return seed;
}

std::vector<int> numbers(int count) {
    std::vector<int> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), 0);
    return all;
}

void require(bool right) {
    if (!right) {
        throw std::runtime_error("a pool lost or changed a result");
    }
}

int processors() {
    return static_cast<int>(spork::usable_cpu_count());
}

/// Seconds of one task, of many that are given one by one.
double tiny(spork::Pool& pool) {
    std::vector<spork::AsyncResult<int>> results;
    results.reserve(tiny_tasks);
    return seconds([&] {
               for (int i = 0; i < tiny_tasks; ++i) {
                   results.push_back(pool.apply_async(square, i));
               }
               for (int i = 0; i < tiny_tasks; ++i) {
                   require(results[static_cast<std::size_t>(i)].get() == square(i));
               }
           }) /
           tiny_tasks;
}

/// Seconds of one call of a map over many.
double map_many(spork::Pool& pool) {
    std::vector<int> squares;
    const std::vector<int> input = numbers(mapped);
    const double all = seconds([&] { squares = pool.map(square, input); });
    for (int i = 0; i < mapped; ++i) {
        require(squares[static_cast<std::size_t>(i)] == square(i));
    }
    return all / mapped;
}

double heavy_in_pool(spork::Pool& pool) {
    return seconds([&] { require(pool.map(compute, numbers(heavy_tasks), 1).size() == heavy_tasks); });
}

double heavy_in_threads() {
    return seconds([] {
        std::vector<std::uint64_t> results(heavy_tasks);
        std::vector<std::thread> threads;
        const int count = processors();
        for (int first = 0; first < count; ++first) {
            threads.emplace_back([&results, first, count] {
                for (int i = first; i < heavy_tasks; i += count) {
                    results[static_cast<std::size_t>(i)] = compute(static_cast<std::uint64_t>(i));
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
    });
}

Side once(const std::string& name, std::function<double()> run) {
    return {name, 1, [run = std::move(run)](int) { return Samples{run()}; }};
}

Side cpython_pool(const std::string& way) {
    return {"CPython", 1, [way](int times) { return cpython("pool", way, times); }};
}

std::optional<double> nanoseconds(std::optional<double> seconds) {
    return seconds ? std::optional(*seconds * 1e9) : std::nullopt;
}

void compare_round_trip(const Options& options, Report& report, spork::Pool& pool) {
    constexpr int in_a_row = 500;
    std::vector<Side> sides{once("spork", [&] {
        return seconds([&] {
                   for (int i = 0; i < in_a_row; ++i) {
                       require(pool.apply(square, i) == square(i));
                   }
               }) /
               in_a_row;
    })};
    if (kernel::SocketEcho::available()) {
        sides.push_back(once("socket pair", [] {
            kernel::SocketEcho echo(64);
            std::vector<std::byte> message(64);
            return seconds([&] {
                       for (int i = 0; i < in_a_row; ++i) {
                           echo.round_trip(message);
                       }
                   }) /
                   in_a_row;
        }));
    }
    const auto figures = take_turns(sides, options.quick ? 7 : 31);
    report.rows.push_back({"pool, one apply and its result",
                           "socket pair, one round trip",
                           "us",
                           microseconds(figures[0]),
                           figures.size() > 1 ? microseconds(figures[1]) : std::nullopt,
                           {Goal::Kind::ratio, 1.5}});
}

}  // namespace

void run_pool(const Options& options, Report& report) {
    const int rounds = options.quick ? 5 : 15;
    const int foreign_rounds = options.quick ? 3 : 7;
    spork::Pool pool(processors());
    const auto tiny_figures =
        take_turns({once("spork", [&] { return tiny(pool); }), cpython_pool("apply_async")}, foreign_rounds);
    report.rows.push_back({"pool, tiny tasks one by one",
                           "CPython's Pool.apply_async",
                           "ns",
                           nanoseconds(tiny_figures[0]),
                           nanoseconds(tiny_figures[1]),
                           {Goal::Kind::ratio, 1 / 40.0}});
    compare_round_trip(options, report, pool);
    const auto map_figures =
        take_turns({once("spork", [&] { return map_many(pool); }), cpython_pool("map")}, foreign_rounds);
    report.rows.push_back({"pool, map over a million numbers",
                           "CPython's Pool.map",
                           "ns",
                           nanoseconds(map_figures[0]),
                           nanoseconds(map_figures[1]),
                           {Goal::Kind::ratio, 1 / 10.0}});
    const auto heavy_figures =
        take_turns({once("spork", [&] { return heavy_in_pool(pool); }), once("threads", heavy_in_threads)}, rounds);
    report.rows.push_back({"pool, computed tasks of 10 ms",
                           "the same loop in threads",
                           "us",
                           microseconds(heavy_figures[0]),
                           microseconds(heavy_figures[1]),
                           {Goal::Kind::ratio, 1 / 0.97}});
}

}  // namespace bench
