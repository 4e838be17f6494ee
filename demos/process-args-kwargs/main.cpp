// Arguments by position and by name. An aggregate plays the part of Python's keyword arguments: it has names,
// defaults, and travels without a line of code.
//
// E83. In Python a dictionary of keyword arguments; a wrong name is an error in the child there, in the compiler
// here.

#include <spork/spork.hpp>

#include <chrono>
#include <string>
#include <thread>

using namespace std::chrono_literals;

struct Shift {
    std::string task = "idle";
    int rounds = 1;
    std::chrono::milliseconds pause = 100ms;
};

void work(const std::string& name, const Shift& shift) {
    for (int round = 0; round < shift.rounds; ++round) {
        spork::print("I'm " + name);
        spork::print("I'm " + shift.task);
        std::this_thread::sleep_for(shift.pause);
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Process worker(work, "Levi", Shift{.task = "working", .rounds = 3});
    worker.start();
    worker.join();
}
