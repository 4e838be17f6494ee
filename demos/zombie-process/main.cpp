// A child that has ended and that nobody waited for. On POSIX such a child stays in the process table as a zombie
// until its parent asks for its status. spork asks whenever there is an occasion: at active_children(), is_alive(),
// exitcode() and at each start() of another process. So nothing is left of the two children here, and still their
// exit codes are known.
//
// E110, D9. In Python the zombie can be seen with ps until one of the same calls; Windows has no zombies.

#include <spork/spork.hpp>

#include <string>

void end_with(int code) {
    throw spork::Exit{code};
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Process first(end_with, 1);
    first.start();
    spork::wait({first.sentinel()});
    spork::print("the first child has ended, and nobody has joined it");
    spork::print("active_children() reaps it; still running: " + std::to_string(spork::active_children().size()));

    spork::Process second(end_with, 2);
    second.start();
    spork::wait({second.sentinel()});
    spork::print("the second child has ended, and nobody has joined it");
    spork::Process third(end_with, 3);
    third.start();
    spork::print("start() of the third reaps it");
    third.join();

    for (const spork::Process& process : {first, second, third}) {
        spork::print(process.name() + " ended with " + std::to_string(process.exitcode().value()));
    }
}
