// What is said about a process before its start: folder, environment, streams, priority, processors, its whole tree.

#include "support/program.hpp"
#include "support/system.hpp"
#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <QTemporaryDir>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

using spork::Connection;
using spork::FileHandle;
using spork::StandardStream;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;
using support::Word;
namespace fs = std::filesystem;

namespace {

void tell_folder(Connection there) {
    there.send(fs::current_path());
}

void tell_variables(Connection there, std::vector<std::string> names) {
    std::map<std::string, std::string> values;
    for (const std::string& name : names) {
        if (const char* value = std::getenv(name.c_str())) {
            values[name] = value;
        }
    }
    there.send(values);
}

using Variables = std::map<std::string, std::string>;

void write_everywhere() {
    std::cout << "cout ";
    std::printf("printf\n");
    std::cerr << "cerr\n";
    std::fputs("fputs\n", stderr);
}

void print_lines(std::string line) {
    for (int i = 0; i < 200; ++i) {
        spork::print(line);
    }
}

void copy_input_to_output() {
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << '<' << line << '>' << std::endl;
    }
    std::cout << "end" << std::endl;
}

void use_broken_streams(Connection there) {
    std::cout << "nobody reads this" << std::endl;
    std::fprintf(stderr, "nor this\n");
    there.send(Word::done);
}

/// Closes the standard streams, and has a child do its work none the less.
void start_without_streams(Connection there) {
    support::close_standard_handle(1);
    support::close_standard_handle(2);
    spork::Process child(use_broken_streams, there);
    child.start();
    child.join();
    throw spork::Exit{child.exitcode().value()};
}

void close_streams_and_work(Connection there) {
    support::close_standard_handle(1);
    support::close_standard_handle(2);
    use_broken_streams(there);
}

std::string content(const fs::path& path) {
    return FileHandle::read(path).read_all();
}

// C streams write \r\n to files on Windows.
std::string without_returns(std::string text) {
    std::erase(text, '\r');
    return text;
}

class TestProcessOptions : public support::MethodTest {
    Q_OBJECT

private slots:
    void folderIsTheOneSaid() {
        QFETCH_GLOBAL(StartMethod, method);
        const QTemporaryDir folder;
        const fs::path path = fs::canonical(folder.path().toStdString());
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, {.cwd = path}, tell_folder, there);
        QVERIFY(fs::equivalent(here.recv<fs::path>(limit), path));
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void folderIsTheParentsAtTheStart() {
        QFETCH_GLOBAL(StartMethod, method);
        const QTemporaryDir folder;
        const fs::path before = fs::current_path();
        auto [here, there] = spork::Pipe();
        fs::current_path(folder.path().toStdString());
        ChildGuard child(method, tell_folder, there);
        const bool same = fs::equivalent(here.recv<fs::path>(limit), fs::current_path());
        fs::current_path(before);
        QVERIFY(same);
        QVERIFY(child->join(limit));
    }

    void missingFolderIsAStartError() {
        QFETCH_GLOBAL(StartMethod, method);
        const QTemporaryDir folder;
        auto [here, there] = spork::Pipe();
        spork::Process p = spork::get_context(method).Process(
            {.name = "lost", .cwd = fs::path(folder.path().toStdString()) / "missing"}, tell_folder, there);
        QVERIFY_THROWS_EXCEPTION(spork::StartError, p.start());
        QVERIFY(!p.is_alive());
        QVERIFY(spork::active_children().empty());
    }

    void environmentIsTheOneSaid() {
        QFETCH_GLOBAL(StartMethod, method);
        qputenv("SPORK_TEST_PARENT", "parent");
        auto [here, there] = spork::Pipe();
        // Windows programs do not run without SystemRoot, Wine's not without its own variables: those are kept.
        Variables environment{{"SPORK_TEST_A", "a=b c"}, {"SPORK_TEST_LONG", std::string(5000, 'x')}};
        for (const char* name : {"SystemRoot", "PATH", "LD_LIBRARY_PATH", "WINEPREFIX"}) {
            if (const char* value = std::getenv(name)) {
                environment[name] = value;
            }
        }
        ChildGuard child(method, {.env = environment}, tell_variables, there,
                         std::vector<std::string>{"SPORK_TEST_A", "SPORK_TEST_LONG", "SPORK_TEST_PARENT"});
        const auto told = here.recv<Variables>(limit);
        qunsetenv("SPORK_TEST_PARENT");
        QVERIFY((told == Variables{{"SPORK_TEST_A", "a=b c"}, {"SPORK_TEST_LONG", std::string(5000, 'x')}}));
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    // CPython's fork server keeps the environment of its own start for ever.
    void environmentIsTheParentsAtTheStart() {
        QFETCH_GLOBAL(StartMethod, method);
        for (const char* value : {"first", "second"}) {
            qputenv("SPORK_TEST_CHANGING", value);
            auto [here, there] = spork::Pipe();
            ChildGuard child(method, tell_variables, there, std::vector<std::string>{"SPORK_TEST_CHANGING"});
            QCOMPARE(here.recv<Variables>(limit)["SPORK_TEST_CHANGING"], std::string(value));
            QVERIFY(child->join(limit));
        }
        qunsetenv("SPORK_TEST_CHANGING");
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, tell_variables, there, std::vector<std::string>{"SPORK_TEST_CHANGING"});
        QVERIFY(here.recv<Variables>(limit).empty());
        QVERIFY(child->join(limit));
    }

    void outputGoesToFiles() {
        QFETCH_GLOBAL(StartMethod, method);
        const QTemporaryDir folder;
        const fs::path out = fs::path(folder.path().toStdString()) / "out.txt";
        const fs::path err = fs::path(folder.path().toStdString()) / "err.txt";
        for (const bool append : {false, true, false}) {
            ChildGuard child(method,
                             {.standard_output = StandardStream::file(out, append),
                              .standard_error = StandardStream::file(err, append)},
                             write_everywhere);
            QCOMPARE(child.exitcode(), std::optional(0));
            const std::string once = "cout printf\n";
            QCOMPARE(without_returns(content(out)), append ? once + once : once);
            const std::string errors = "cerr\nfputs\n";
            QCOMPARE(without_returns(content(err)), append ? errors + errors : errors);
        }
    }

    void outputGoesToPipes() {
        QFETCH_GLOBAL(StartMethod, method);
        ChildGuard child(method, {.standard_output = StandardStream::pipe(), .standard_error = StandardStream::pipe()},
                         write_everywhere);
        QCOMPARE(without_returns(child->standard_output().read_all()), std::string("cout printf\n"));
        QCOMPARE(without_returns(child->standard_error().read_all()), std::string("cerr\nfputs\n"));
        QCOMPARE(child.exitcode(), std::optional(0));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, child->standard_input());
    }

    void outputGoesToAnOpenFile() {
        QFETCH_GLOBAL(StartMethod, method);
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "both.txt";
        const FileHandle file = FileHandle::append(path);
        file.write("head\n");
        ChildGuard child(method,
                         {.standard_output = StandardStream::null(), .standard_error = StandardStream::handle(file)},
                         write_everywhere);
        QCOMPARE(child.exitcode(), std::optional(0));
        file.write("tail\n");
        QCOMPARE(without_returns(content(path)), std::string("head\ncerr\nfputs\ntail\n"));
    }

    void printedLinesOfSeveralProcessesStayWhole() {
        QFETCH_GLOBAL(StartMethod, method);
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "lines.txt";
        const auto file = FileHandle::append(path);
        {
            std::vector<std::unique_ptr<ChildGuard>> children;
            for (int i = 0; i < 4; ++i) {
                children.push_back(std::make_unique<ChildGuard>(
                    method, spork::ProcessOptions{.standard_output = StandardStream::handle(file)}, print_lines,
                    std::string(static_cast<std::size_t>(20 * (i + 1)), static_cast<char>('a' + i))));
            }
            for (auto& child : children) {
                QCOMPARE(child->exitcode(), std::optional(0));
            }
        }
        std::map<std::string, int> counts;
        std::istringstream lines(without_returns(content(path)));
        for (std::string line; std::getline(lines, line);) {
            ++counts[line];
        }
        QVERIFY((counts == std::map<std::string, int>{{std::string(20, 'a'), 200},
                                                      {std::string(40, 'b'), 200},
                                                      {std::string(60, 'c'), 200},
                                                      {std::string(80, 'd'), 200}}));
    }

    void inputComesFromAPipe() {
        QFETCH_GLOBAL(StartMethod, method);
        ChildGuard child(method, {.standard_input = StandardStream::pipe(), .standard_output = StandardStream::pipe()},
                         copy_input_to_output);
        child->standard_input().write("one\ntwo\n");
        child->standard_input().close();
        QCOMPARE(without_returns(child->standard_output().read_all()), std::string("<one>\n<two>\nend\n"));
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void inputComesFromAFile() {
        QFETCH_GLOBAL(StartMethod, method);
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "in.txt";
        FileHandle::truncate(path).write("line\n");
        ChildGuard child(method,
                         {.standard_input = StandardStream::file(path), .standard_output = StandardStream::pipe()},
                         copy_input_to_output);
        QCOMPARE(without_returns(child->standard_output().read_all()), std::string("<line>\nend\n"));
    }

    void inputIsAtItsEndUnlessSaid() {
        QFETCH_GLOBAL(StartMethod, method);
        ChildGuard child(method, {.standard_output = StandardStream::pipe()}, copy_input_to_output);
        QCOMPARE(without_returns(child->standard_output().read_all()), std::string("end\n"));
    }

    void missingInputFileIsAnErrorOfTheStart() {
        QFETCH_GLOBAL(StartMethod, method);
        const QTemporaryDir folder;
        spork::Process p = spork::get_context(method).Process(
            {.standard_input = StandardStream::file(fs::path(folder.path().toStdString()) / "missing")},
            copy_input_to_output);
        QVERIFY_THROWS_EXCEPTION(std::exception, p.start());
        QVERIFY(!p.is_alive());
    }

    void brokenStreamsHinderNothing_data() {
        QTest::addColumn<bool>("parents");
        QTest::newRow("the parent's") << true;
        QTest::newRow("the child's") << false;
    }
    void brokenStreamsHinderNothing() {
        QFETCH_GLOBAL(StartMethod, method);
        QFETCH(bool, parents);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, parents ? start_without_streams : close_streams_and_work, there);
        QCOMPARE(here.recv<Word>(limit), Word::done);
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void priorityIsLowered() {
        QFETCH_GLOBAL(StartMethod, method);
        const int own = support::niceness();
        QVERIFY2(own < 19, "the test itself runs with the lowest priority there is");
        auto [here, there] = spork::Pipe();
        ChildGuard child(
            method, {.priority = 19}, [](Connection c) { c.send(support::niceness()); }, there);
        QVERIFY(here.recv<int>(limit) > own);
        QCOMPARE(support::niceness(), own);
    }

    void processorsAreTheOnesSaid() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(
            method, {.cpus = {0}}, [](Connection c) { c.send(spork::usable_cpu_count()); }, there);
        QCOMPARE(here.recv<unsigned>(limit), 1u);
    }

    void killTreeTakesProgramsAlong() {
        QFETCH_GLOBAL(StartMethod, method);
        const std::string program = support::program("scenario");
        ChildGuard child(
            method, {.standard_output = StandardStream::pipe(), .kill_tree = true},
            [](std::string command) { std::system(command.c_str()); }, "\"" + program + "\" hold");
        std::string said;
        std::array<std::byte, 64> buffer;
        while (std::count(said.begin(), said.end(), '\n') < 2) {  // "after init" and the number
            const std::size_t size = child->standard_output().read_some(buffer);
            QVERIFY(size != 0);
            said.append(reinterpret_cast<const char*>(buffer.data()), size);
        }
        const auto pid = std::stoll(said.substr(said.find('\n') + 1));
        QVERIFY(support::process_exists(pid));
        child->terminate();
        child->standard_output().read_all();  // ends when nobody can write any more
        QCOMPARE(child.exitcode(), std::optional(-15));
    }
};

const support::TestClass<TestProcessOptions> registered;

}  // namespace

#include "process_options.moc"
