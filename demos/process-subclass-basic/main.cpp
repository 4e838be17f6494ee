// A process as a class: run() is what the child does. The child has a pid of its own, and the pid that it knows as
// its parent's is the parent's. Nobody calls join(); the program waits for its child at the end.
//
// E3. In Python os.getppid() shows the fork server's pid under forkserver (D10); parent_process() is right
// everywhere.

#include <spork/spork.hpp>

#include <string>

struct Worker : spork::ProcessBase<Worker> {
    void run() {
        spork::print("child: " + name() + ", pid " + std::to_string(pid().value()) + ", parent pid " +
                     std::to_string(spork::parent_process()->pid()));
    }
};

int main(int argc, char** argv) {
    spork::init(argc, argv);

    Worker worker;
    worker.start();
    spork::print("parent: pid " + std::to_string(spork::current_process().pid().value()));
}
