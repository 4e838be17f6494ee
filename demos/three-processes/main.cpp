// Three processes from a loop, each a temporary object: the runtime keeps a child until it ends, whether or not
// anybody keeps the object. The greetings and the main line come in any order.
//
// E73. The same in Python.

#include <spork/spork.hpp>

#include <string>

void say_hi(int number) {
    spork::print("hi from process " + std::to_string(number));
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    for (int number = 0; number < 3; ++number) {
        spork::Process(say_hi, number).start();
    }
    spork::print("main: all are started");
}
