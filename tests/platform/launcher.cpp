// What a child is given by each launcher, and that it is given nothing else.

#include "seam_system.hpp"
#include "seam_test.hpp"

#include "platform/file.hpp"

#include <QTemporaryDir>

#include <algorithm>
#include <array>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

using namespace spork::platform;
using seam::launcher_of_this_row;
using seam::plan_for;
using seam::SeamChild;
using spork::StartMethod;

namespace {

struct Report {
    std::vector<std::string> arguments;
    std::filesystem::path folder;
    std::string variable;
    std::size_t handles = 0;
};

Report report_of(SeamChild child) {
    Report report;
    std::istringstream lines(child.text());
    for (std::string line; std::getline(lines, line);) {
        report.arguments.push_back(line);
    }
    report.folder = child.text();
    report.variable = child.text();
    report.handles = std::stoul(child.text());
    return report;
}

std::string read_all(RawHandle file) {
    std::string all;
    std::array<std::byte, 4096> buffer;
    for (auto size = read_some(file, buffer); size && *size != 0; size = read_some(file, buffer)) {
        all.append(reinterpret_cast<const char*>(buffer.data()), *size);
    }
    return all;
}

class TestLauncher : public support::MethodTest {
    Q_OBJECT

    static bool is_fork() { return launcher_of_this_row().method() == StartMethod::fork; }
    static LaunchPlan report_plan() { return plan_for(launcher_of_this_row(), "report SPORK_TEST_WORD"); }

private slots:
    void nothingIsInheritedButWhatWasPassed() {
        if (is_fork()) {
            return;  // a plain copy of the process has its descriptors; core closes those that it knows
        }
        const std::size_t before = report_of(SeamChild(launcher_of_this_row(), report_plan())).handles;
        const auto foreign = seam::open_inheritable(100);
        const std::size_t after = report_of(SeamChild(launcher_of_this_row(), report_plan())).handles;
        QVERIFY2(after < before + 50, (std::to_string(before) + " became " + std::to_string(after)).c_str());
    }

    void attachedHandlesAreTheChildsOwn() {
        LaunchPlan plan = plan_for(launcher_of_this_row(), "write");
        auto pipe = make_byte_pipe();
        const Attachment attachment{pipe->writer.get()};
        plan.attachments = {&attachment, 1};
        SeamChild child(launcher_of_this_row(), plan);
        pipe->writer.reset();
        QCOMPARE(read_all(pipe->reader.get()), std::string("attached"));
    }

    void streamsAreTheHandlesGiven() {
        LaunchPlan plan = plan_for(launcher_of_this_row(), "copy");
        std::array<BytePipe, 3> pipes{std::move(*make_byte_pipe()), std::move(*make_byte_pipe()),
                                      std::move(*make_byte_pipe())};
        plan.streams[0] = {StreamPlan::Mode::handle, pipes[0].reader.get()};
        plan.streams[1] = {StreamPlan::Mode::handle, pipes[1].writer.get()};
        plan.streams[2] = {StreamPlan::Mode::handle, pipes[2].writer.get()};
        // By fork the child copies its parent's ends as well: the end of its input must not hang on its own copy.
        const std::string_view input = "through the child";
        QCOMPARE(write_all(pipes[0].writer.get(), std::as_bytes(std::span(input.data(), input.size()))),
                 std::error_code());
        if (is_fork()) {
            pipes[0].writer.reset();
        }
        SeamChild child(launcher_of_this_row(), plan);
        for (Handle* end : {&pipes[0].writer, &pipes[1].writer, &pipes[2].writer}) {
            end->reset();
        }
        QCOMPARE(read_all(pipes[1].reader.get()), std::string(input));
        QCOMPARE(read_all(pipes[2].reader.get()), std::string("error"));
        QCOMPARE(child.end()->code, 0);
    }

    void nullStreamsAreEmptyAndSilent() {
        LaunchPlan plan = plan_for(launcher_of_this_row(), "copy");
        for (StreamPlan& stream : plan.streams) {
            stream.mode = StreamPlan::Mode::null;
        }
        SeamChild child(launcher_of_this_row(), plan);
        QCOMPARE(child.end()->code, 0);
    }

    void folderIsTheOneGivenOrTheParentsOfNow() {
        const QTemporaryDir first;
        const QTemporaryDir second;
        const std::filesystem::path first_path = first.path().toStdString();
        const std::filesystem::path second_path = second.path().toStdString();
        const auto before = std::filesystem::current_path();
        std::filesystem::current_path(first_path);
        const Report inherited = report_of(SeamChild(launcher_of_this_row(), report_plan()));
        std::filesystem::current_path(before);
        QVERIFY(std::filesystem::equivalent(inherited.folder, first_path));

        LaunchPlan plan = report_plan();
        plan.directory = second_path;
        const Report given = report_of(SeamChild(launcher_of_this_row(), plan));
        QVERIFY(std::filesystem::equivalent(given.folder, second_path));
        QVERIFY(std::filesystem::equivalent(std::filesystem::current_path(), before));
    }

    void environmentIsTheOneGivenOrTheParentsOfNow() {
        const auto before = environment();
        auto changed = before;
        changed.push_back("SPORK_TEST_WORD=of now");
        replace_environment(changed);
        const std::string inherited = report_of(SeamChild(launcher_of_this_row(), report_plan())).variable;
        replace_environment(before);
        QCOMPARE(inherited, std::string("of now"));

        LaunchPlan plan = report_plan();
        plan.environment = before;  // the rest is what the dynamic linker needs
        plan.environment->push_back("SPORK_TEST_WORD=a=b \xc3\xa4");
        QCOMPARE(report_of(SeamChild(launcher_of_this_row(), plan)).variable, std::string("a=b \xc3\xa4"));
        QCOMPARE(report_of(SeamChild(launcher_of_this_row(), report_plan())).variable, std::string());
    }

    void argumentsArriveUnchanged() {
        const StartMethod method = launcher_of_this_row().method();
        if (method != StartMethod::spawn) {
            return;  // no other method hands over a command line with every child
        }
        LaunchPlan plan = report_plan();
        plan.arguments = {"seam_child",
                          "",
                          " ",
                          "two words",
                          "\"",
                          "quo\"te",
                          "\\",
                          "\\\\",
                          "\\\"",
                          "a\\\\\"b c\\",
                          "*",
                          "?",
                          "%PATH%",
                          "'",
                          "$HOME",
                          "tab\there",
                          "gr\xc3\xbc\xc3\x9f",
                          "\xf0\x9f\x8d\xb4",
                          "-",
                          "--spork",
                          std::string(32'000, 'x')};
        const Report report = report_of(SeamChild(launcher_of_this_row(), plan));
        QCOMPARE(report.arguments.size(), plan.arguments.size());
        for (std::size_t i = 0; i < report.arguments.size(); ++i) {
            QCOMPARE(report.arguments[i], plan.arguments[i]);
        }
    }

    void missingExecutableIsTheSystemsReason() {
        if (is_fork()) {
            return;  // needs no file
        }
        LaunchPlan plan = plan_for(launcher_of_this_row(), "exit 0");
        plan.executable = plan.executable.parent_path() / "no such program";
        const auto child = launcher_of_this_row().launch(plan);
        QVERIFY(!child);
        QVERIFY2(child.error() == std::errc::no_such_file_or_directory, child.error().message().c_str());
    }

    void missingFolderIsTheSystemsReason() {
        LaunchPlan plan = plan_for(launcher_of_this_row(), "exit 0");
        plan.directory = std::filesystem::path("/no/such/folder");
        const auto child = launcher_of_this_row().launch(plan);
        if (child) {
            // A forked child finds out itself.
            QVERIFY(is_fork());
            QVERIFY(SeamChild(std::move(const_cast<std::unique_ptr<ChildProcess>&>(*child))).end()->code != 0);
            return;
        }
        QVERIFY2(child.error() == std::errc::no_such_file_or_directory, child.error().message().c_str());
    }
};

const support::TestClass<TestLauncher> registered;

}  // namespace

#include "launcher.moc"
