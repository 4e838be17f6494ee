// Global variables that children receive. A plain C++ global would start with its initial value in a spawned child
// and with the parent's in a forked one. spork::Global makes no difference: the child gets the parent's value as it
// was at start(), and a handle, here the end of a pipe, is the same object in every process. What a child does to
// plain data stays in the child.
//
// D3, D4 (the mechanism behind E75, E87 and E89). In Python such programs work under fork alone: under spawn every
// child makes its own variable and its own pipe, and the parent waits for ever.

#include <spork/spork.hpp>

#include <string>

spork::Global<int> level{0};
spork::Global<std::string> greeting{"nothing"};
spork::Global<spork::Connection> mailbox;

void report(int number) {
    *level += 100;
    mailbox->send("child " + std::to_string(number) + " got \"" + *greeting + "\" and made the level " +
                  std::to_string(*level));
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    auto [reader, writer] = spork::Pipe(false);
    mailbox = writer;
    for (int number = 1; number <= 3; ++number) {
        level = number;
        greeting = std::string(number, '!');
        spork::Process(report, number).start();
        spork::print(reader.recv<std::string>());
    }
    spork::print("the parent's level is " + std::to_string(*level));
}
