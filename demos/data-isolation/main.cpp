// Memory is private: the child sets the global to 0 and sees 0, the parent still sees 100.
//
// E104, D3. In Python what the child sees before it writes differs: the parent's value at start() under fork, the
// initial one under spawn. For a value that children shall receive under every start method there is spork::Global
// (see global-variables).

#include <spork/spork.hpp>

#include <string>

int n = 100;

void set_to_zero() {
    n = 0;
    spork::print("child: n = " + std::to_string(n));
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Process child(set_to_zero);
    child.start();
    child.join();
    spork::print("parent: n = " + std::to_string(n));
}
