// A program without spork::init that starts children wherever it can. Each time main is entered a line is appended to
// the file that it is given: the test counts the processes.

#include <spork/spork.hpp>

#include <cstdio>

int main(int, char** argv) {
    spork::FileHandle::append(argv[1]).write("main\n");
    for (int i = 0; i < 3; ++i) {
        try {
            spork::Process([] {}).start();
        } catch (const spork::BootstrapError& error) {
            std::puts(error.what());
        }
    }
    return 0;
}
