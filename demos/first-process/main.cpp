// The smallest program: a child prints its line, the parent goes on and prints its own. Which of the two comes first
// is nobody's promise. The parent does not call join(): at its end the program waits for the child by itself.
//
// E96. In Python the program needs a main guard on Windows and macOS; here the first statement of main is the guard.

#include <spork/spork.hpp>

#include <string>

void print_number(int number) {
    spork::print("child: " + std::to_string(number));
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Process child(print_number, 12345);
    child.start();
    spork::print("parent: **********");
}
