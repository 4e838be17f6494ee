/// The smallest program that shows spork at work: a child runs, and its exit code comes back.

#include <spork/spork.hpp>

#include <cstdlib>
#include <iostream>

namespace {

constexpr int expected = 42;

void exit_with(int code) {
    std::exit(code);
}

}  // namespace

int main(int argc, char** argv) {
    spork::init(argc, argv);
    spork::Process child(exit_with, expected);
    child.start();
    child.join();
    if (child.exitcode() != expected) {
        std::cerr << "the child ended with " << child.exitcode().value() << " instead of " << expected << '\n';
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
