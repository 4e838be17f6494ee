// One terminal, five processes with three lines each. Every line is whole, with or without a lock, but three lines in a
// row are three steps: without a lock those of the others come between (a barrier makes that certain), with one they stay
// together.
//
// E20, with a lock. The same in Python.

#include <spork/spork.hpp>

#include <mutex>
#include <string>
#include <vector>

constexpr int writers = 5;

void mixed(spork::Barrier step) {
    for (const char* line : {"a line", "    its second line", "        its third line"}) {
        spork::print(line);
        step.wait();
    }
}

void together(spork::Lock lock) {
    const std::scoped_lock hold(lock);
    for (const char* line : {"a line", "    its second line", "        its third line"}) {
        spork::print(line);
    }
}

template <class Target, class Argument>
void run_all(Target target, const Argument& argument) {
    std::vector<spork::Process> processes;
    for (int index = 0; index < writers; ++index) {
        processes.emplace_back(target, argument).start();
    }
    for (spork::Process& process : processes) {
        process.join();
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::print("--- without a lock");
    run_all(mixed, spork::Barrier(writers));
    spork::print("--- with a lock");
    run_all(together, spork::Lock());
}
