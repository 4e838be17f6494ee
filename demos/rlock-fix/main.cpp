// One RLock under two names cures the deadlock of locks taken in opposite order: whoever has it may take it again, under
// either name, and nobody else has the other half. Ten processes take A and B, then B and A; all of them finish, and
// nobody's line comes between two lines of the same pair, which each checks by a counter of lines.
//
// E51. In Python the ten are threads; an RLock belongs to one thread of one process.

#include <spork/spork.hpp>

#include <QThread>

#include <mutex>
#include <string>
#include <vector>

void take(int index, const char* first_name, spork::RLock first, const char* second_name, spork::RLock second,
          spork::Value<int> lines) {
    const auto print = [&](const std::string& text) {
        spork::print("process " + std::to_string(index) + text);
        return lines.with([](int& count) { return ++count; });
    };
    const std::scoped_lock outer(first);
    const int line = print(std::string(" has ") + first_name);
    QThread::msleep(2);
    const std::scoped_lock inner(second);
    if (print(std::string(" has ") + second_name + " too") != line + 1) {
        print(": somebody came between");
    }
}

void work(int index, spork::RLock a, spork::RLock b, spork::Value<int> lines) {
    take(index, "A", a, "B", b, lines);
    take(index, "B", b, "A", a, lines);
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::RLock a;
    const spork::RLock& b = a;
    const spork::Value<int> lines(0);
    std::vector<spork::Process> processes;
    for (int index = 0; index < 10; ++index) {
        processes.emplace_back(work, index, a, b, lines).start();
    }
    for (spork::Process& process : processes) {
        process.join();
    }
    spork::print("all have finished, " + std::to_string(lines.value()) + " lines");
}
