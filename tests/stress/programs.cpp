// PAINS rows 11, 44: programs as their users write them.

#include "scale.hpp"

#include "support/program.hpp"
#include "support/test_case.hpp"

#include <QTemporaryDir>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

using spork::StartMethod;

namespace {

std::vector<std::string> lines_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        std::erase(line, '\r');
        lines.push_back(line);
    }
    return lines;
}

class TestStressPrograms : public support::MethodTest {
    Q_OBJECT

    static support::ProgramResult run(const std::string& program, const QStringList& words) {
        QFETCH_GLOBAL(StartMethod, method);
        const auto environment =
            support::environment_with("SPORK_START_METHOD", QString::fromStdString(std::string(to_string(method))));
        return support::run_program(program, words, environment);
    }

    static std::filesystem::path file_in(const QTemporaryDir& folder) {
        return std::filesystem::path(folder.path().toStdString()) / "lines.txt";
    }

private slots:
    void forgottenInitIsOneErrorAndOneProcess() {
        const QTemporaryDir folder;
        const auto path = file_in(folder);
        const auto result = run("forgotten_init", {QString::fromStdString(path.string())});
        QCOMPARE(result.exitcode, 0);
        QCOMPARE(lines_of(path).size(), std::size_t(1));
        QVERIFY2(result.output.find("spork::init(argc, argv)") != std::string::npos, result.output.c_str());
    }

    void childrenOfAMainThatReturnsAtOnceRunToTheirEnd() {
        const QTemporaryDir folder;
        const auto path = file_in(folder);
        const auto result = run("stress_program", {"start_and_return", QString::fromStdString(path.string()), "50"});
        QCOMPARE(result.errors, std::string());
        QCOMPARE(result.exitcode, 0);
        const auto lines = lines_of(path);
        QCOMPARE(lines.size(), std::size_t(50));
        QCOMPARE(std::set<std::string>(lines.begin(), lines.end()).size(), std::size_t(50));
    }
};

const support::TestClass<TestStressPrograms> registered;

}  // namespace

#include "programs.moc"
