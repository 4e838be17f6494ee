// A daemon as a heart that beats once an hour: the program ends long before the first beat, at once, and the daemon
// with it. Only the main line is printed.
//
// E8. The same in Python.

#include <spork/spork.hpp>

#include <QThread>

void beat() {
    while (true) {
        QThread::sleep(3600);
        spork::print("daemon: still alive");
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Process heart({.daemon = true}, beat);
    heart.start();
    spork::print("main: work done");
}
