// Main puts ten tasks, three consumers take them, each task goes to one of them. join() of the queue returns when all
// are dealt with, not when all are taken. The consumers are daemons in a loop without an end, and go with the program.
//
// E25. The same in Python.

#include <spork/spork.hpp>

#include <QThread>

#include <string>

constexpr int tasks = 10;

void consume(spork::JoinableQueue<int> queue) {
    for (;;) {
        const int task = queue.get();
        QThread::msleep(10);
        spork::print("a consumer: has dealt with task " + std::to_string(task));
        queue.task_done();
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::JoinableQueue<int> queue;
    for (int index = 0; index < 3; ++index) {
        spork::Process({.daemon = true}, consume, queue).start();
    }
    for (int task = 0; task < tasks; ++task) {
        queue.put(task);
        spork::print("main: has put task " + std::to_string(task));
    }
    queue.join();
    spork::print("all tasks are dealt with, " + std::to_string(queue.qsize()) + " are in the queue");
}
