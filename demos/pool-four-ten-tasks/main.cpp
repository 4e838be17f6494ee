// Ten tasks for four workers: four, four and then two. Each returns the time at which it was done. The tasks of a full
// round wait for each other, so no task of a round is done before one of the round before it. The results come in the
// order in which main gave the tasks, whichever was done first.
//
// E85. The same in Python, where the rounds follow from the time that a task takes.

#include <spork/spork.hpp>

#include <QDateTime>
#include <QThread>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

constexpr int workers = 4;
constexpr int tasks = 10;

std::int64_t work(int task, spork::Barrier round) {
    spork::print("hello from task " + std::to_string(task));
    QThread::msleep(100);
    const std::int64_t done = QDateTime::currentMSecsSinceEpoch();
    if (task < tasks - tasks % workers) {
        round.wait();
    }
    return done;
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::Barrier round(workers);
    spork::Pool pool({.processes = workers});
    std::vector<spork::AsyncResult<std::int64_t>> results;
    for (int task = 0; task < tasks; ++task) {
        results.push_back(pool.apply_async(work, task, round));
    }
    pool.close();
    pool.join();

    std::int64_t last_round = 0;
    std::int64_t this_round = 0;
    bool in_rounds = true;
    for (int task = 0; task < tasks; ++task) {
        const std::int64_t done = results[static_cast<std::size_t>(task)].get();
        spork::print("task " + std::to_string(task) + " was done at " +
                     QDateTime::fromMSecsSinceEpoch(done).toString("hh:mm:ss.zzz").toStdString());
        if (task % workers == 0) {
            last_round = this_round;
        }
        this_round = std::max(this_round, done);
        in_rounds = in_rounds && done > last_round;
    }
    spork::print(std::string("in rounds of four: ") + (in_rounds ? "yes" : "no"));
}
