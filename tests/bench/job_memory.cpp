/// \file
/// What a child costs that does nothing but wait for a message: the pages that it alone has.

#include "job.hpp"
#include "kernel.hpp"
#include "measure.hpp"

#include <spork/spork.hpp>

#include <thread>

namespace bench {

namespace {

void wait_for_message(spork::Connection connection) {
    connection.send(true);
    connection.recv<bool>();
}

std::optional<double> mebibytes(std::optional<std::uint64_t> bytes) {
    return bytes ? std::optional(static_cast<double>(*bytes) / (1024 * 1024)) : std::nullopt;
}

std::optional<double> memory_of_child(spork::StartMethod method) {
    auto [here, there] = spork::Pipe();
    spork::Process child({.start_method = method}, wait_for_message, there);
    child.start();
    there.close();
    here.recv<bool>();
    // It is on its way into recv; what it touches there is little, and is given time.
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const auto memory = mebibytes(kernel::private_memory(*child.pid()));
    here.send(true);
    child.join();
    return memory;
}

}  // namespace

void run_memory(const Options& options, Report& report) {
    for (spork::StartMethod method : spork::get_all_start_methods()) {
        std::optional<double> child;
        std::optional<double> empty;
        const int rounds = options.quick ? 3 : 7;
        for (int round = 0; round < rounds; ++round) {
            const auto now = memory_of_child(method);
            const auto empty_now = mebibytes(kernel::private_memory_of_empty(options.program));
            child = child && now ? std::max(child, now) : now;
            empty = empty && empty_now ? std::min(empty, empty_now) : empty_now;
        }
        report.rows.push_back({"memory of an idle child by " + std::string(spork::to_string(method)),
                               "the program before main does anything",
                               "MiB",
                               child,
                               empty,
                               {Goal::Kind::above_peer, 1.5}});
    }
}

}  // namespace bench
