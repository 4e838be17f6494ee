// Ten tasks for three workers. Main gives all of them, says so, and only then lets them begin. Three run at once and
// never more: the first three wait for each other, so that it is three for certain. The order in which the workers
// speak is free; the results come in the order in which main gave the tasks.
//
// E36. The same in Python.

#include <spork/spork.hpp>

#include <QThread>

#include <algorithm>
#include <string>
#include <vector>

constexpr int workers = 3;

struct Load {
    int begun = 0;
    int running = 0;
    int most = 0;
};

std::string greet(int number, spork::Event start, spork::Barrier first_ones, spork::Value<Load> load) {
    start.wait();
    const int begun = load.with([](Load& l) {
        l.most = std::max(l.most, ++l.running);
        return ++l.begun;
    });
    spork::print("message " + std::to_string(number));
    if (begun <= workers) {
        first_ones.wait();
    }
    QThread::msleep(50);
    load.with([](Load& l) { --l.running; });
    return "hello " + std::to_string(number);
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::Event start;
    const spork::Barrier first_ones(workers);
    const spork::Value<Load> load;
    spork::Pool pool({.processes = workers});
    std::vector<spork::AsyncResult<std::string>> results;
    for (int number = 0; number < 10; ++number) {
        results.push_back(pool.apply_async(greet, number, start, first_ones, load));
    }
    const auto ready = std::ranges::count_if(results, &spork::AsyncResult<std::string>::ready);
    spork::print("results: " + std::to_string(results.size()) + ", ready: " + std::to_string(ready));
    spork::print("====================");
    start.set();
    pool.close();
    pool.join();
    for (const auto& result : results) {
        spork::print(result.get());
    }
    spork::print("most tasks at once: " + std::to_string(load.value().most));
}
