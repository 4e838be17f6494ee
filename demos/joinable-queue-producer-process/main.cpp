// The same with the producer in a process of its own: it gets the tasks as a vector, puts them, and waits itself until
// they are dealt with.
//
// E26. In Python the tasks had better not be a generator: by fork it can be passed to a process, by spawn start()
// raises TypeError. A range of C++ that cannot be sent is refused by the compiler.

#include <spork/spork.hpp>

#include <QThread>

#include <numeric>
#include <string>
#include <vector>

void consume(spork::JoinableQueue<int> queue) {
    for (;;) {
        const int task = queue.get();
        QThread::msleep(10);
        spork::print("a consumer: has dealt with task " + std::to_string(task));
        queue.task_done();
    }
}

void produce(std::vector<int> tasks, spork::JoinableQueue<int> queue) {
    for (const int task : tasks) {
        queue.put(task);
        spork::print("producer: has put task " + std::to_string(task));
    }
    queue.join();
    spork::print("the producer knows that all tasks are dealt with");
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::JoinableQueue<int> queue;
    for (int index = 0; index < 3; ++index) {
        spork::Process({.daemon = true}, consume, queue).start();
    }
    std::vector<int> tasks(10);
    std::iota(tasks.begin(), tasks.end(), 0);
    spork::Process producer(produce, tasks, queue);
    producer.start();
    producer.join();
    spork::print("the producer ended with " + std::to_string(producer.exitcode().value()) + ", " +
                 std::to_string(queue.qsize()) + " tasks are in the queue");
}
