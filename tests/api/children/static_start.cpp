// A program that starts a process before main, in this process and, were it not refused, in each child again.

#include <spork/spork.hpp>

#include <string>

namespace {

void say_hello() {
    spork::print("hello from a child");
}

struct StartsTooEarly {
    StartsTooEarly() {
        try {
            spork::Process child(say_hello);
            child.start();
            spork::print("started");
        } catch (const spork::BootstrapError& error) {
            spork::print(std::string("BootstrapError: ") + error.what());
        }
    }
} starts_too_early;

}  // namespace

int main(int argc, char** argv) {
    spork::init(argc, argv);
    spork::Process child(say_hello);
    child.start();
    child.join();
    return child.exitcode().value();
}
