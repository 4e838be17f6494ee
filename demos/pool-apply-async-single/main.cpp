// A pool of three workers and one call, in two ways. apply() waits and returns what the function returned. apply_async()
// returns at once, with an object from which the result can be had later. The worker waits until main has gone on, so
// that this is certain and not only likely.
//
// E34 and E35. The same in Python.

#include <spork/spork.hpp>

#include <QThread>

#include <string>

int square(int number) {
    spork::print("a worker squares " + std::to_string(number));
    QThread::msleep(150);
    return number * number;
}

int square_later(int number, spork::Event start) {
    start.wait();
    return square(number);
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Pool pool({.processes = 3});
    spork::print("apply: " + std::to_string(pool.apply(square, 2)));

    const spork::Event start;
    const spork::AsyncResult<int> result = pool.apply_async(square_later, 2, start);
    spork::print(std::string("apply_async: the result is ") + (result.ready() ? "there" : "still to come"));
    start.set();
    pool.close();
    pool.join();
    spork::print("apply_async: " + std::to_string(result.get()));
}
