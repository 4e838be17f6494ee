// A program that forgot spork::init, and so must neither start children nor copies of itself without end.

#include <spork/process.hpp>

#include <cstdio>
#include <string>

namespace {

void say_hello() {
    std::puts("hello from a child");
}

}  // namespace

int main(int argc, char** argv) {
    spork::Process child(say_hello);
    if (argc > 1 && std::string(argv[1]) == "catch") {
        try {
            child.start();
        } catch (const spork::BootstrapError& error) {
            std::printf("BootstrapError: %s\n", error.what());
            return 3;
        }
    }
    child.start();
    child.join();
    return 0;
}
