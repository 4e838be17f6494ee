// A daemon does not outlive the program: when main returns, its daemonic child is terminated in the middle of its
// work. The child's second line never comes, and the program does not wait for it.
//
// E6. The same in Python.

#include <spork/spork.hpp>

#include <QThread>

void work(spork::Connection parent) {
    spork::print("daemon: begins");
    parent.send(true);
    QThread::sleep(60);
    spork::print("daemon: ends");
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    auto [here, there] = spork::Pipe();
    spork::Process daemon({.daemon = true}, work, there);
    daemon.start();
    here.recv<bool>();
    QThread::msleep(100);
    spork::print("main: ends");
}
