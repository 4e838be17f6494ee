// Many processes and one terminal: all loggers write to the same standard output at the same time. spork::print
// writes a line in one piece, so lines come in any order and never mix. Each default name occurs once.
//
// E20, D1. The Python original starts 100000 processes without a guard and without join; 100 of them, joined, show
// the same.

#include <spork/spork.hpp>

#include <vector>

struct Logger : spork::ProcessBase<Logger> {
    void run() { spork::print(name() + ": written in one piece"); }
};

int main(int argc, char** argv) {
    spork::init(argc, argv);

    std::vector<Logger> loggers(100);
    for (Logger& logger : loggers) {
        logger.start();
    }
    for (Logger& logger : loggers) {
        logger.join();
    }
}
