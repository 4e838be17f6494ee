// A pool of three workers that does one thing at a time: apply() waits for each result, so the messages come in the
// order of the loop, and all of them before main's line.
//
// E37. The same in Python.

#include <spork/spork.hpp>

#include <QThread>

#include <string>
#include <vector>

std::string greet(int number) {
    spork::print("message " + std::to_string(number));
    QThread::msleep(10);
    return "hello " + std::to_string(number);
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Pool pool({.processes = 3});
    std::vector<std::string> greetings;
    for (int number = 0; number < 10; ++number) {
        greetings.push_back(pool.apply(greet, number));
    }
    spork::print("====================");
    pool.close();
    pool.join();
    for (const std::string& greeting : greetings) {
        spork::print(greeting);
    }
}
