// A daemon as a class, and main ends at once: only the main line is printed, and nothing is left that could print
// another one later.
//
// E111. The same in Python.

#include <spork/spork.hpp>

#include <QThread>

struct Worker : spork::ProcessBase<Worker> {
    void run() {
        QThread::sleep(3);
        spork::print("daemon: three seconds later");
    }
};

int main(int argc, char** argv) {
    spork::init(argc, argv);

    Worker worker;
    worker.set_daemon(true);
    worker.start();
    spork::print("main: ends");
}
