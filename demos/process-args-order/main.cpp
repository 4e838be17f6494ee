// Two arguments, printed by the child with a pause between them. The parent does not wait: its line comes somewhere
// before, between or after.
//
// E98. The same in Python.

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
    spork::print("parent: goes on");
}
