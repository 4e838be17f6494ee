// An array in shared memory: what a child writes, the next child and the parent see. It makes no difference whether the
// array is an argument or a global that every child receives.
//
// E75, D4. In Python the array is a plain global. Under fork the changes add up as here; under spawn every child makes an
// array of its own, and the parent's stays as it was.

#include <spork/spork.hpp>

#include <string>

spork::Global<spork::Array<int>> board{11, 22, 33, 44, 55};

std::string text(const spork::Array<int>& array) {
    std::string line;
    for (int number : array.value()) {
        line += ' ' + std::to_string(number);
    }
    return line;
}

void change(spork::Array<int> array, int index) {
    array[index] = 100 + index;
    spork::print("child " + std::to_string(index) + ":" + text(array));
}

void change_global(int index) {
    change(*board, index);
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::Array<int> array{11, 22, 33, 44, 55};
    for (int index = 1; index <= 3; ++index) {
        spork::Process child(change, array, index);
        child.start();
        child.join();
    }
    spork::print("parent, argument:" + text(array));

    for (int index = 1; index <= 3; ++index) {
        spork::Process child(change_global, index);
        child.start();
        child.join();
    }
    spork::print("parent, global:" + text(*board));
}
