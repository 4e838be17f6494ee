// A forgotten spork::init is an error with a clear message, never a chain of processes that start processes. A class
// sets its name; started before init it is refused, in the first process as in any child. After init the same lines
// work.
//
// E108, D2. In Python the program without a main guard works under fork; under spawn the child fails with the
// RuntimeError of the bootstrap phase, after it ran the lines outside the guard once more.

#include <spork/spork.hpp>

#include <string>
#include <utility>

class Work : public spork::ProcessBase<Work> {
public:
    Work() = default;
    explicit Work(std::string name) { set_name(std::move(name)); }

    void run() { spork::print("child: " + name() + ", pid " + std::to_string(pid().value())); }
};

// Stands before init, so it runs again in a spawned child: it must not print.
bool refused_before_init() {
    try {
        Work("too early").start();
        return false;
    } catch (const spork::BootstrapError&) {
        return true;
    }
}

int main(int argc, char** argv) {
    const bool refused = refused_before_init();
    spork::init(argc, argv);
    spork::print(std::string("start() before spork::init: ") + (refused ? "BootstrapError" : "no error"));

    Work work("egon");
    work.start();
    work.join();
    spork::print("main: it had pid " + std::to_string(work.pid().value()) + " and exit code " +
                 std::to_string(work.exitcode().value()));
}
