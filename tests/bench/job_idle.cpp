/// \file
/// The CPU time of a process that is blocked for a second: waiting must not burn a core.

#include "job.hpp"
#include "kernel.hpp"
#include "measure.hpp"

#include <spork/spork.hpp>

#include <string>
#include <vector>

namespace bench {

namespace {

const spork::Timeout a_second = std::chrono::seconds(1);

/// What blocks, and for how long at most. Each returns when the time has passed.
void block(const std::string& call, spork::Connection& silent, spork::Process& sleeper) {
    if (call == "lock") {
        const spork::Lock lock;
        lock.acquire();
        lock.acquire(true, a_second);
    } else if (call == "acquire") {
        spork::Semaphore(0).acquire(true, a_second);
    } else if (call == "get") {
        const spork::Queue<int> queue;
        queue.put(1);  // who has put may do so again: it is waited for
        queue.get();
        queue.try_get(a_second);
    } else if (call == "recv") {
        silent.try_recv<int>(a_second);
    } else if (call == "poll") {
        silent.poll(a_second);
    } else if (call == "join") {
        sleeper.join(a_second);
    } else {
        spork::wait(std::vector{spork::Waitable(silent), spork::Waitable(sleeper.sentinel())}, a_second);
    }
}

void sleep_until_eof(spork::Connection connection) {
    connection.poll(spork::no_limit);
}

double milliseconds_of(const std::string& call) {
    auto [here, there] = spork::Pipe();
    spork::Process sleeper(sleep_until_eof, there);
    sleeper.start();
    there.close();
    const double before = kernel::cpu_seconds();
    block(call, here, sleeper);
    const double milliseconds = (kernel::cpu_seconds() - before) * 1e3;
    here.close();
    sleeper.join();
    return milliseconds;
}

}  // namespace

void run_idle(const Options& options, Report& report) {
    std::vector<std::string> calls{"recv", "join", "lock", "acquire", "get"};
    if (!options.quick) {
        calls.insert(calls.end(), {"poll", "wait"});
    }
    const int rounds = options.quick ? 1 : 3;
    std::optional<double> kernel_figure;
    if (kernel::SocketEcho::available()) {
        kernel::SocketEcho sockets(1);
        kernel_figure = sockets.cpu_seconds_of_blocked_read(1) * 1e3;
    }
    for (const std::string& call : calls) {
        Samples samples;
        for (int round = 0; round < rounds; ++round) {
            samples.push_back(milliseconds_of(call));
        }
        report.rows.push_back({"CPU time of a second blocked in " + call,
                               "the kernel's poll",
                               "ms",
                               median(samples),
                               kernel_figure,
                               {Goal::Kind::figure, 1}});
    }
}

}  // namespace bench
