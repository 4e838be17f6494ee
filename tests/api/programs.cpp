// Whole programs: what stands before, in and after main; how they were started; how they end.

#include "support/program.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <QCoreApplication>
#include <QDir>
#include <QTemporaryDir>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

using spork::StartMethod;
using support::ProgramResult;
namespace fs = std::filesystem;

namespace {

QString name_of(StartMethod method) {
    const std::string_view name = to_string(method);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

class TestPrograms : public support::MethodTest {
    Q_OBJECT

    /// Runs a scenario by the start method of this row.
    static ProgramResult scenario(QStringList words) {
        QFETCH_GLOBAL(StartMethod, method);
        return support::run_program("scenario", words,
                                    support::environment_with("SPORK_START_METHOD", name_of(method)));
    }

    /// The scenario's lines must be these, the exit code 0, and nothing said on standard error.
    static void compare(const ProgramResult& result, const std::vector<std::string>& expected) {
        QCOMPARE(result.errors, std::string());
        QCOMPARE(lines_of(result.output), expected);
        QCOMPARE(result.exitcode, 0);
    }

    static std::string method_name() {
        QFETCH_GLOBAL(StartMethod, method);
        return std::string(to_string(method));
    }

private slots:
    void variableChoosesTheMethod() {
        compare(scenario({"method"}), {"after init", method_name(), "Process-1 " + method_name()});
    }

    void unknownMethodInTheVariableIsAnError() {
        const auto result =
            support::run_program("scenario", {"method"}, support::environment_with("SPORK_START_METHOD", "teleport"));
        QVERIFY(result.exitcode != 0);
        QCOMPARE(result.output.find("Process-1"), std::string::npos);
    }

    void defaultIsTheFirstOfAll() {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.remove("SPORK_START_METHOD");
        const std::string first(to_string(spork::get_all_start_methods().front()));
        compare(support::run_program("scenario", {"method"}, environment), {"after init", first, "Process-1 " + first});
    }

    void methodIsSetOnce() {
        QFETCH_GLOBAL(StartMethod, method);
        compare(support::run_program("scenario", {"set_method", name_of(method)}),
                {"after init", "set", "refused", "set", method_name(), "Process-1 " + method_name()});
    }

    void methodIsNotSetAfterAStart() {
        const ProgramResult result = scenario({"set_method_after_start"});
        QCOMPARE(result.exitcode, 0);
        QVERIFY2(result.output.find("refused: ") != std::string::npos, result.output.c_str());
    }

    void defaultNamesCountFromOne() {
        compare(scenario({"names"}), {"after init", "Process-1", "Process-1:1", "Process-2", "Process-2:1"});
    }

    void argumentsAreTheProgramsOwn() {
        // What the quoting of Windows command lines is about.
        const QStringList words{"arguments", "plain",    "",  "two words", "quo\"te", "back\\slash\\",
                                "\\\"",      "a\\\\\"b", "*", "%PATH%",    "--spork", "tab\there"};
        std::string expected;
        for (const QString& word : words.mid(1)) {
            expected += " [" + word.toStdString() + "]";
        }
        compare(scenario(words), {"after init", "parent" + expected, "child [arguments]" + expected});
    }

    void managerOfMemorySaysNothing() {
        const ProgramResult result = scenario({"manage_memory"});
        compare(result, {"after init", "item"});
        QCOMPARE(result.errors, std::string());
    }

    void longArgumentsArrive() {
        const QString word(20'000, 'x');
        const ProgramResult result = scenario({"arguments", word});
        compare(result, {"after init", "parent [" + word.toStdString() + "]",
                         "child [arguments] [" + word.toStdString() + "]"});
    }

    void bufferedOutputIsWrittenOnce() {
        const ProgramResult result = scenario({"unflushed"});
        QCOMPARE(result.exitcode, 0);
        for (const std::string part : {"printf;", "cout;", "child"}) {
            const auto first = result.output.find(part);
            QVERIFY2(first != std::string::npos && result.output.find(part, first + 1) == std::string::npos,
                     result.output.c_str());
        }
    }

    void relativePathAndChangedFolder() {
        QFETCH_GLOBAL(StartMethod, method);
        const QTemporaryDir elsewhere;
        const QString before = QDir::currentPath();
        const fs::path program = support::program("scenario");
        QDir::setCurrent(QCoreApplication::applicationDirPath());
        const ProgramResult result = support::run_command(
            "./" + QString::fromStdString(program.filename().string()), {"change_folder", elsewhere.path()},
            support::environment_with("SPORK_START_METHOD", name_of(method)));
        QDir::setCurrent(before);
        compare(result, {"after init", "Process-1 " + method_name()});
    }

    void foundThroughPath() {
        QFETCH_GLOBAL(StartMethod, method);
        const QTemporaryDir elsewhere;
        const fs::path program = support::program("scenario");
        const QByteArray before = qgetenv("PATH");
        qputenv("PATH", QDir::toNativeSeparators(QCoreApplication::applicationDirPath()).toLocal8Bit() +
                            QDir::listSeparator().toLatin1() + before);
        const ProgramResult result =
            support::run_command(QString::fromStdString(program.stem().string()), {"change_folder", elsewhere.path()},
                                 support::environment_with("SPORK_START_METHOD", name_of(method)));
        qputenv("PATH", before);
        compare(result, {"after init", "Process-1 " + method_name()});
    }

    void executableMayBeAnotherCopyAndMustExist() {
        QFETCH_GLOBAL(StartMethod, method);
        const QTemporaryDir folder;
        const fs::path program = support::program("scenario");
        const fs::path copy = fs::path(folder.path().toStdString()) / ("copy of " + program.filename().string());
        fs::copy_file(program, copy);
        // A forked child needs no file.
        const std::string missing = method == StartMethod::fork ? "missing 0" : "no such file";
        std::vector<std::string> expected{"after init", "child", "copy 0", missing, "child"};
        if (method == StartMethod::fork) {
            expected.insert(expected.begin() + 3, "child");
        }
        compare(scenario({"executable", QString::fromStdString(copy.string())}), expected);
    }

    void mainMayEndBeforeItsChildrenHaveBegun() {
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "lines.txt";
        compare(scenario({"return_at_once", QString::fromStdString(path.string()), "20"}), {"after init"});
        std::vector<std::string> lines = lines_of(spork::FileHandle::read(path).read_all());
        std::vector<std::string> expected;
        for (int i = 0; i < 20; ++i) {
            expected.push_back("child " + std::to_string(i));
        }
        std::sort(lines.begin(), lines.end());
        std::sort(expected.begin(), expected.end());
        QCOMPARE(lines, expected);
    }

    void exitEndsDaemonsAndWaitsForTheOthers() {
        const ProgramResult result = scenario({"exit_in_the_middle", "5"});
        QCOMPARE(result.errors, std::string());
        QCOMPARE(lines_of(result.output), (std::vector<std::string>{"after init", "child"}));
        QCOMPARE(result.exitcode, 5);
    }

    void unstartedProcessCostsNothing() { compare(scenario({"never_started"}), {"after init", "never started"}); }

    void preloadRunsInTheForkServer() {
        QFETCH_GLOBAL(StartMethod, method);
        const std::string number = method == StartMethod::forkserver ? "7" : "0";
        compare(scenario({"preloaded"}), {"after init", number, number});
    }

    void forkOfAProgramWithThreadsIsReportedOnce() {
        QFETCH_GLOBAL(StartMethod, method);
        compare(scenario({"fork_with_threads"}),
                {"after init", "child", "child", method == StartMethod::fork ? "1" : "0"});
    }

    void forgottenInitIsAnErrorThatSaysWhatToDo() {
        QFETCH_GLOBAL(StartMethod, method);
        const auto environment = support::environment_with("SPORK_START_METHOD", name_of(method));
        const ProgramResult caught = support::run_program("no_init", {"catch"}, environment);
        QCOMPARE(caught.exitcode, 3);
        QCOMPARE(caught.output.find("BootstrapError: "), std::size_t(0));
        QVERIFY2(caught.output.find("spork::init") != std::string::npos, caught.output.c_str());
        QVERIFY2(caught.output.find("main") != std::string::npos, caught.output.c_str());
        QCOMPARE(caught.output.find("hello"), std::string::npos);

        const ProgramResult uncaught = support::run_program("no_init", {}, environment);
        QVERIFY(uncaught.exitcode != 0);
        QCOMPARE(uncaught.output, std::string());
    }

    void headerInitialisesWithoutACall() {
        QFETCH_GLOBAL(StartMethod, method);
        compare(support::run_program("main_header", {"a", "b c"},
                                     support::environment_with("SPORK_START_METHOD", name_of(method))),
                {"main [a] [b c]", "child 7 [a] [b c]"});
    }

    void startBeforeMainIsRefusedEverywhere() {
        QFETCH_GLOBAL(StartMethod, method);
        const ProgramResult result =
            support::run_program("static_start", {}, support::environment_with("SPORK_START_METHOD", name_of(method)));
        QCOMPARE(result.exitcode, 0);
        const std::vector<std::string> lines = lines_of(result.output);
        QVERIFY(!lines.empty());
        // Once in the program itself, once more in each process that is made by exec.
        const auto refusals = std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
            return line.starts_with("BootstrapError: ") && line.find("spork::init") != std::string::npos;
        });
        QCOMPARE(refusals, method == StartMethod::fork ? 1 : 2);
        QCOMPARE(std::count(lines.begin(), lines.end(), "hello from a child"), 1);
        QCOMPARE(std::count(lines.begin(), lines.end(), "started"), 0);
    }
};

const support::TestClass<TestPrograms> registered;

}  // namespace

#include "programs.moc"
