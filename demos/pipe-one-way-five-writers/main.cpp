// One pipe, one way, five writers and one reader. The writers share one end, and each message arrives whole: five
// times the same list and never a mixture. They write at the same time, when the start signal comes over another pipe
// whose one end they share too: each of the five signals goes to one of them.
//
// E87, D4. In Python the pipe is a global, which works under fork alone; here the ends are arguments. (For a pipe
// that is a global see global-variables.)

#include <spork/spork.hpp>

#include <sstream>
#include <string>
#include <vector>

void write_list(spork::Connection signal, spork::Connection sink) {
    signal.recv<bool>();
    sink.send(std::vector{1, 2, 3, 4, 5});
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    auto [source, sink] = spork::Pipe(false);
    auto [signal, starter] = spork::Pipe(false);

    std::vector<spork::Process> writers;
    for (int index = 0; index < 5; ++index) {
        writers.emplace_back(write_list, signal, sink).start();
    }
    for (const spork::Process& writer : writers) {
        std::ostringstream text;
        text << writer;
        spork::print(text.str());
    }
    for (std::size_t index = 0; index < writers.size(); ++index) {
        starter.send(true);
    }
    for (std::size_t index = 0; index < writers.size(); ++index) {
        std::string text = "got";
        for (int number : source.recv<std::vector<int>>()) {
            text += ' ' + std::to_string(number);
        }
        spork::print(text);
    }
}
