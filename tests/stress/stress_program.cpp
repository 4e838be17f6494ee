// Small programs that the tests run from outside: `stress_program NAME [WORD...]`.

#include <spork/spork.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace {

using Words = std::vector<std::string>;

void append_line(spork::FileHandle file, int number) {
    file.write(std::to_string(number) + "\n");
}

/// main returns while its children are still starting.
int start_and_return(const Words& words) {
    const auto file = spork::FileHandle::append(words.at(0));
    for (int i = 0; i < std::stoi(words.at(1)); ++i) {
        spork::Process(append_line, file, i).start();
    }
    return 0;
}

void hold() {
    for (;;) {
        std::this_thread::sleep_for(std::chrono::hours(1));
    }
}

void say_ready_and_hold(spork::Connection there) {
    there.send(0);
    hold();
}

/// For a terminal's Ctrl-C.
int hold_with_children(const Words&) {
    auto [here, there] = spork::Pipe();
    for (int i = 0; i < 3; ++i) {
        spork::Process(say_ready_and_hold, there).start();
        here.recv<int>();
    }
    spork::print("ready");
    hold();
    return 0;
}

/// Something happens to the program's file between the two lines.
int start_when_told(const Words&) {
    spork::print("ready");
    std::string line;
    std::getline(std::cin, line);
    try {
        spork::Process child([] { spork::print("child of the old build"); });
        child.start();
        child.join();
        spork::print("exit code " + std::to_string(child.exitcode().value()));
    } catch (const spork::StartError& error) {
        spork::print(std::string("StartError: ") + error.what());
    }
    return 0;
}

/// Children that nobody joins, as the first process of a container has them.
int start_many(const Words& words) {
    std::vector<spork::Process> children;
    for (int i = 0; i < std::stoi(words.at(0)); ++i) {
        children.emplace_back([] {});
        children.back().start();
    }
    int failed = 0;
    for (spork::Process& child : children) {
        child.join();
        failed += child.exitcode() != 0 ? 1 : 0;
    }
    spork::print("pid " + std::to_string(spork::current_process().pid().value()) + ", failed " +
                 std::to_string(failed));
    return failed;
}

int start_by_executable(const Words& words) {
    spork::set_executable(words.at(0));
    spork::Process child([] { spork::print("ran"); });
    child.start();
    child.join();
    spork::print("exit code " + std::to_string(child.exitcode().value()));
    return 0;
}

void fill(spork::RawArray<char> bytes) {
    std::ranges::fill(bytes, 'x');
}

/// Writes into all of so many MiB.
int fill_array(const Words& words) {
    const spork::RawArray<char> bytes(std::stoul(words.at(0)) << 20);
    spork::Process child(fill, bytes);
    child.start();
    child.join();
    spork::print(std::to_string(std::ranges::count(bytes, 'x')) + " bytes were written");
    return 0;
}

/// Memory with a name, written to its end; null and a word on the log when there is no room.
std::optional<spork::SharedMemory> named_memory(std::size_t size) {
    try {
        auto memory = spork::SharedMemory::create(size);
        std::ranges::fill(memory.buf(), std::byte{1});
        spork::print(std::to_string(size) + " bytes were written");
        return memory;
    } catch (const std::system_error& error) {
        spork::print(error.code() == std::errc::no_space_on_device ? "no room" : error.what());
        return std::nullopt;
    }
}

/// Asks for each of these sizes, and keeps what it gets.
int name_memory(const Words& words) {
    std::vector<std::optional<spork::SharedMemory>> kept;
    for (const std::string& size : words) {
        kept.push_back(named_memory(std::stoul(size)));
    }
    return 0;
}

const std::map<std::string, std::function<int(const Words&)>> programs{
    {"start_and_return", start_and_return},       {"hold_with_children", hold_with_children},
    {"start_when_told", start_when_told},         {"start_many", start_many},
    {"start_by_executable", start_by_executable}, {"fill_array", fill_array},
    {"name_memory", name_memory},
};

}  // namespace

int main(int argc, char** argv) {
    spork::init(argc, argv);
    const Words words(argv + 1, argv + argc);
    return programs.at(words.at(0))(Words(words.begin() + 1, words.end()));
}
