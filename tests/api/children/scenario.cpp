// Programs of a few lines, one a row of the table below: `scenario NAME [WORD...]`. What a test looks at is what they
// print.

#include <spork/spork.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace {

using Words = std::vector<std::string>;

int plain_number = 0;

/// Runs a target to its end; its exit code.
template <class F, class... A>
int run(F target, A... arguments) {
    spork::Process child(target, arguments...);
    child.start();
    child.join();
    return child.exitcode().value();
}

void print_words(const char* title, const Words& words) {
    std::string line = title;
    for (const std::string& word : words) {
        line += " [" + word + "]";
    }
    spork::print(line);
}

void print_own_arguments() {
    const Words& all = spork::arguments();
    print_words("child", Words(all.begin() + 1, all.end()));
}

void print_name_and_method() {
    spork::print(spork::current_process().name() + " " + std::string(to_string(spork::get_start_method())));
}

/// The words of the program, before and in a child.
int arguments(const Words& words) {
    print_words("parent", words);
    return run(print_own_arguments);
}

int method(const Words&) {
    spork::print(to_string(spork::get_start_method()));
    return run(print_name_and_method);
}

int set_method(const Words& words) {
    const auto refused = [](spork::StartMethod wanted, bool force) {
        try {
            spork::set_start_method(wanted, force);
            return "set";
        } catch (const spork::UsageError&) {
            return "refused";
        }
    };
    for (const spork::StartMethod wanted : spork::get_all_start_methods()) {
        if (to_string(wanted) == words.at(0)) {
            spork::print(refused(wanted, false));
            spork::print(refused(wanted, false));
            spork::print(refused(wanted, true));
            spork::print(to_string(spork::get_context().get_start_method()));
            return run(print_name_and_method);
        }
    }
    return 1;
}

int set_method_after_start(const Words&) {
    run(print_name_and_method);
    try {
        spork::set_start_method(spork::StartMethod::spawn);
    } catch (const spork::UsageError& error) {
        spork::print(std::string("refused: ") + error.what());
        return 0;
    }
    return 1;
}

void append_line(spork::FileHandle file, int number) {
    file.write("child " + std::to_string(number) + "\n");
}

/// main is at its end while its children are still starting.
int return_at_once(const Words& words) {
    const auto file = spork::FileHandle::append(words.at(0));
    for (int i = 0; i < std::stoi(words.at(1)); ++i) {
        spork::Process(append_line, file, i).start();
    }
    return 0;
}

void print_line() {
    spork::print("child");
}

/// What stands in a buffer at the start of a child belongs to the parent alone.
int unflushed(const Words&) {
    std::printf("printf;");
    std::cout << "cout;";
    return run(print_line);
}

int change_folder(const Words& words) {
    std::filesystem::current_path(words.at(0));
    return run(print_name_and_method);
}

/// The program is started under another name, under one that does not exist, and under its own again.
int executable(const Words& words) {
    spork::set_executable(words.at(0));
    spork::print("copy " + std::to_string(run(print_line)));
    spork::set_executable(std::filesystem::path(words.at(0)).parent_path() / "missing");
    try {
        spork::print("missing " + std::to_string(run(print_line)));
    } catch (const spork::StartError& error) {
        spork::print(error.code() == std::errc::no_such_file_or_directory ? "no such file" : error.what());
    }
    spork::set_executable({});
    return run(print_line);
}

int never_started(const Words&) {
    const spork::Process p({.name = "never started"}, print_line);
    const auto pipe = spork::Pipe();
    spork::print(p.name());
    return 0;
}

/// For tests that kill it.
int hold(const Words&) {
    spork::print(std::to_string(spork::current_process().pid().value()));
    const auto [here, there] = spork::Pipe();
    here.poll(spork::Timeout());
    return 0;
}

void preload() {
    plain_number = 7;
}
void print_number() {
    spork::print(std::to_string(plain_number));
}

int preloaded(const Words&) {
    spork::set_forkserver_preload(spork::bind(preload));
    run(print_number);
    run(print_number);
    return plain_number;
}

int fork_with_threads(const Words&) {
    int warnings = 0;
    spork::get_logger().set_sink([&warnings](const spork::LogRecord& record) {
        warnings += record.level == spork::LogLevel::warning && record.message.find("thread") != std::string::npos;
    });
    const auto [here, there] = spork::Pipe();
    std::thread other([&here = here] { here.recv<int>(); });
    run(print_line);
    run(print_line);
    there.send(1);
    other.join();
    spork::print(std::to_string(warnings));
    return 0;
}

int exit_in_the_middle(const Words& words) {
    spork::Process({.daemon = true}, [] { spork::Pipe().first.poll(spork::Timeout()); }).start();
    spork::Process(print_line).start();
    std::exit(std::stoi(words.at(0)));
}

void print_default_names() {
    spork::print(spork::current_process().name());
    spork::Process child([] { spork::print(spork::current_process().name()); });
    child.start();
    child.join();
}

int names(const Words&) {
    run(print_default_names);
    return run(print_default_names);
}

int manage_memory(const Words&) {
    const spork::SharedMemoryManager manager;
    const auto list = manager.ShareableList(Words(10, "item"));
    static const auto left_to_the_end = spork::SharedMemory::create(100);
    spork::print(list.at(9).get<std::string>());
    return 0;
}

const std::map<std::string, std::function<int(const Words&)>> scenarios{
    {"arguments", arguments},
    {"method", method},
    {"set_method", set_method},
    {"set_method_after_start", set_method_after_start},
    {"return_at_once", return_at_once},
    {"unflushed", unflushed},
    {"change_folder", change_folder},
    {"executable", executable},
    {"never_started", never_started},
    {"hold", hold},
    {"manage_memory", manage_memory},
    {"preloaded", preloaded},
    {"fork_with_threads", fork_with_threads},
    {"exit_in_the_middle", exit_in_the_middle},
    {"names", names},
};

}  // namespace

int main(int argc, char** argv) {
    spork::init(argc, argv);
    spork::print("after init");
    const Words words(argv + 1, argv + argc);
    return scenarios.at(words.at(0))(Words(words.begin() + 1, words.end()));
}
