// Six ways to wait for ever at a pool that end here. A worker is killed: only the task that it was running fails, and
// another worker takes its place. A task that may be run again is, and has a result all the same. A task takes longer
// than it may, or is not wanted any more: its worker is ended. A callback throws: that is its own affair, and the next
// results arrive. At the end a task still runs, and the pool ends with its variable.
//
// No program of the tutorials: in Python nobody notices that a task went with its worker, a task can neither have a time
// limit nor be cancelled, and a callback that throws takes along the thread that receives the results (C32).

#include <spork/spork.hpp>

#include <QThread>

#include <chrono>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

int square(int number) {
    return number * number;
}

[[noreturn]] void hang(spork::Event started) {
    started.set();
    for (;;) {
        QThread::sleep(60);
    }
}

/// Its first run hangs, the second one does not.
int hang_once(spork::Event started) {
    if (!started.is_set()) {
        hang(started);
    }
    return 2;
}

void kill_the_worker(const spork::Pool& pool) {
    for (spork::Process& worker : pool.workers()) {
        worker.kill();
    }
}

void show_next(spork::Pool& pool) {
    spork::print("    the pool goes on: " + std::to_string(pool.apply(square, 5)));
}

void killed_worker(spork::Pool& pool) {
    spork::print("a worker is killed");
    const spork::Event started;
    const spork::AsyncResult<void> result = pool.apply_async(hang, started);
    started.wait();
    kill_the_worker(pool);
    try {
        result.get();
    } catch (const spork::WorkerDied& error) {
        spork::print("    exit code " + std::to_string(error.exitcode()));
    }
    show_next(pool);
}

void another_attempt(spork::Pool& pool) {
    spork::print("a worker is killed, and its task may be run again");
    const spork::Event started;
    const spork::AsyncResult<int> result = pool.apply_async({.retries = 1}, hang_once, started);
    started.wait();
    kill_the_worker(pool);
    spork::print("    result of run " + std::to_string(result.get()));
}

void time_limit(spork::Pool& pool) {
    spork::print("a task that may take a tenth of a second");
    try {
        pool.apply_async({.timeout = 100ms}, hang, spork::Event()).get();
    } catch (const spork::TimeoutError&) {
        spork::print("    takes longer");
    }
    show_next(pool);
}

void cancelled(spork::Pool& pool) {
    spork::print("a task that is not wanted any more");
    const spork::Event started;
    const spork::AsyncResult<void> result = pool.apply_async(hang, started);
    started.wait();
    result.cancel();
    try {
        result.get();
    } catch (const spork::CancelledError&) {
        spork::print("    is cancelled");
    }
    show_next(pool);
}

void callback_that_throws(spork::Pool& pool) {
    spork::print("a callback that throws");
    const auto fail = [](int) { throw std::runtime_error("in a callback"); };
    spork::print("    the result is there: " + std::to_string(pool.apply_async({.callback = fail}, square, 3).get()));
    show_next(pool);
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Pool pool({.processes = 1});
    killed_worker(pool);
    another_attempt(pool);
    time_limit(pool);
    cancelled(pool);
    callback_that_throws(pool);

    const spork::Event started;
    pool.apply_async(hang, started);
    started.wait();
    spork::print("main ends, a task still runs");
}
