// Waiting for a child and its exit status. With fork() the child leaves by _exit(3) and the parent decodes what
// wait() tells, on POSIX only. Here the child throws spork::Exit{3}, which runs its destructors, and exitcode() is 3
// on every system.
//
// E82, D9. os.fork, os._exit and os.wait in Python; the original then spins for ever.

#include <spork/spork.hpp>

#include <QThread>

#include <string>

void work() {
    QThread::msleep(100);
    spork::print("child: pid " + std::to_string(spork::current_process().pid().value()) + " leaves with 3");
    throw spork::Exit{3};
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Process child(work);
    child.start();
    child.join();
    spork::print("parent: pid " + std::to_string(child.pid().value()) + " has ended");
    spork::print("parent: " + to_string(child.exit_status().value()));
    spork::print("(wait() and its status word are POSIX only)");
}
