// What runs once and what runs again. Python imports the main module again in a child that is spawned: what stands
// outside the guard happens twice. In a spawned C++ child the initialisers of global variables run again, and what
// stands in main before spork::init; everything after it runs in the first process only. So the first line of this
// program is printed once, and the child knows its parent by pid.
//
// E97, D1. In Python the first line appears once under fork and twice under spawn.

#include <spork/spork.hpp>

#include <string>

void report(int number) {
    spork::print("child: pid " + std::to_string(spork::current_process().pid().value()) + ", parent pid " +
                 std::to_string(spork::parent_process()->pid()));
    spork::print("child: " + std::to_string(number));
}

int main(int argc, char** argv) {
    spork::init(argc, argv);
    spork::print("main begins, once: pid " + std::to_string(spork::current_process().pid().value()));

    spork::Process child(report, 12345);
    child.start();
    child.join();
    spork::print("main ends, once");
}
