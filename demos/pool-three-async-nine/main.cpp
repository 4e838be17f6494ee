// Nine tasks of three steps each for three workers: three rounds. The steps of one task keep their order, tasks that run
// at once mix. Whether a task was successful can be asked when it is ready; before that the question is an error. The
// tasks begin only when main has asked too early.
//
// E79. In Python the error is a ValueError (before 3.7 it was an AssertionError).

#include <spork/spork.hpp>

#include <QThread>

#include <algorithm>
#include <string>
#include <vector>

struct Load {
    int running = 0;
    int most = 0;
};

void work(int task, spork::Event start, spork::Value<Load> load) {
    start.wait();
    load.with([](Load& l) { l.most = std::max(l.most, ++l.running); });
    for (int step = 0; step < 3; ++step) {
        spork::print("task " + std::to_string(task) + ", step " + std::to_string(step));
        QThread::msleep(20);
    }
    load.with([](Load& l) { --l.running; });
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::Event start;
    const spork::Value<Load> load;
    spork::Pool pool({.processes = 3});
    std::vector<spork::AsyncResult<void>> results;
    for (int task = 11; task <= 19; ++task) {
        results.push_back(pool.apply_async(work, task, start, load));
    }
    try {
        results.back().successful();
    } catch (const spork::UsageError& error) {
        spork::print(error.what());
    }
    start.set();
    pool.close();
    pool.join();
    if (std::ranges::all_of(results, &spork::AsyncResult<void>::successful)) {
        spork::print("successful");
    }
    if (load.value().most <= 3) {
        spork::print("never more than three at once");
    }
}
