// A program whose main makes no call: including the header is all.

#include <spork/main.hpp>
#include <spork/spork.hpp>

#include <string>

namespace {

void print_arguments(int number) {
    std::string line = "child " + std::to_string(number);
    for (const std::string& word : spork::arguments()) {
        line += &word == &spork::arguments().front() ? "" : " [" + word + "]";
    }
    spork::print(line);
}

}  // namespace

int main(int argc, char** argv) {
    std::string line = "main";
    for (int i = 1; i < argc; ++i) {
        line += " [" + std::string(argv[i]) + "]";
    }
    spork::print(line);
    spork::Process child(print_arguments, 7);
    child.start();
    child.join();
    return child.exitcode().value();
}
