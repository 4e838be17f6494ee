// Ten processes, joined in three ways. "all": started together and joined together, they run at once. "each": joined
// right after its start, every one runs alone, in the order of the loop. "last": only the tenth is joined, and the
// main line comes while the other nine are still at work (they wait for it, so that this is certain and not only
// likely).
//
// E100. The same in Python.

#include <spork/spork.hpp>

#include <QThread>

#include <string>
#include <vector>

constexpr int count = 10;

void work(const std::string& way, int index) {
    spork::print(way + ": x " + std::to_string(index));
    QThread::msleep(20);
    spork::print(way + ": y " + std::to_string(index));
}

void work_until_told(const std::string& way, int index, spork::Connection parent) {
    spork::print(way + ": x " + std::to_string(index));
    parent.send(index);
    parent.recv<bool>();
    spork::print(way + ": y " + std::to_string(index));
}

void join_all() {
    std::vector<spork::Process> processes;
    for (int index = 0; index < count; ++index) {
        processes.emplace_back(work, "all", index).start();
    }
    for (spork::Process& process : processes) {
        process.join();
    }
    spork::print("all are joined");
}

void join_each() {
    for (int index = 0; index < count; ++index) {
        spork::Process process(work, "each", index);
        process.start();
        process.join();
    }
    spork::print("each was joined");
}

void join_last() {
    auto [here, there] = spork::Pipe();
    for (int index = 0; index < count - 1; ++index) {
        spork::Process(work_until_told, "last", index, there).start();
        here.recv<int>();
    }
    spork::Process last(work, "last", count - 1);
    last.start();
    last.join();
    spork::print("the last is joined, still running: " + std::to_string(spork::active_children().size()));
    for (int index = 0; index < count - 1; ++index) {
        here.send(true);
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    join_all();
    join_each();
    join_last();
}
