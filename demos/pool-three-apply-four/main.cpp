// Four calls of apply() in a row, each of three steps. However many workers there are, main waits for each call: the
// next one begins when the one before it has ended.
//
// E80. The same in Python.

#include <spork/spork.hpp>

#include <QThread>

#include <string>

void greet(int number) {
    for (int step = 0; step < 3; ++step) {
        spork::print("hello " + std::to_string(number));
        QThread::msleep(20);
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Pool pool({.processes = 3});
    for (int number = 0; number < 4; ++number) {
        pool.apply(greet, number);
        spork::print("end");
    }
    pool.close();
    pool.join();
    spork::print("successful");
}
