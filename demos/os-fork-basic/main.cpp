// The classic first program with fork(): the new process prints, the old process prints, and both go through the same
// last line, so that it appears twice. fork() continues in the middle of the program, and only POSIX has it. A spork
// process begins in a function; what both shall do is a function that both call. That works on every system.
//
// E81, D9. In Python os.fork() does not exist on Windows.

#include <spork/spork.hpp>

#include <QThread>

#include <string>

void finish(const std::string& who) {
    spork::print("the end, says " + who);
}

void new_process() {
    QThread::msleep(100);
    spork::print("the new process");
    finish("the new process");
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Process child(new_process);
    child.start();
    child.join();
    spork::print("the old process");
    finish("the old process");
    spork::print("(fork() itself, which returns twice, is POSIX only)");
}
