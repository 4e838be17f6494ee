// Two workers are started and both are joined: each works and ends in its own time, the main line is last, and all
// together take as long as the slower one.
//
// E18. The same in Python.

#include <spork/spork.hpp>

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QThread>

#include <string>

void work(const std::string& name) {
    spork::print(name + " is working");
    QThread::msleep(QRandomGenerator::system()->bounded(50, 100));
    spork::print(name + " ends");
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    QElapsedTimer timer;
    timer.start();
    spork::Process anna(work, "anna");
    spork::Process bert(work, "bert");
    anna.start();
    bert.start();
    anna.join();
    bert.join();
    spork::print("main: both have ended after " + std::to_string(timer.elapsed()) + " ms");
}
