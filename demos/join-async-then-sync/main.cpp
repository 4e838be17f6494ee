// Asynchronous until join: after start() the parent goes on while the child works, after join() it knows that the
// child has ended.
//
// E99. The same in Python.

#include <spork/spork.hpp>

#include <QThread>

#include <string>

void show(const std::string& x, const std::string& y) {
    spork::print("child: " + x);
    QThread::msleep(50);
    spork::print("child: " + y);
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Process child(show, "x", "y");
    child.start();
    spork::print("parent: goes on at the same time");
    child.join();
    spork::print("after join: the child has ended with " + std::to_string(child.exitcode().value()));
}
