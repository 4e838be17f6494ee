// How children end: exit codes, Exit, exceptions, signals and crashes, with the same numbers on every system.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <QTemporaryDir>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>

using spork::StartMethod;
using support::ChildGuard;

namespace demo {

struct Odd {};

struct OutOfPaper : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace demo

namespace {

enum class Ending {
    returned,
    std_exit_0,
    std_exit_8,
    std_exit_255,
    quick_exit_7,
    exit_0,
    exit_5,
    exit_text,
    runtime_error,
    own_error,
    no_std_exception,
    number,
    nested_error,
    terminated,
    aborted,
    access_violation,
};

[[noreturn]] void violate_access() {
    // Volatile, so that no compiler and no sanitizer knows the address before the processor does.
    volatile std::uintptr_t address = 64;
    *reinterpret_cast<volatile int*>(address) = 1;
    std::abort();
}

void throw_nested() {
    try {
        throw std::invalid_argument("the inner reason");
    } catch (...) {
        std::throw_with_nested(std::runtime_error("the outer reason"));
    }
}

struct SaysGoodbye {
    ~SaysGoodbye() { std::fputs("goodbye\n", stderr); }
};

void end_by(Ending ending) {
    const SaysGoodbye goodbye;
    switch (ending) {
        case Ending::returned:
            return;
        case Ending::std_exit_0:
            std::exit(0);
        case Ending::std_exit_8:
            std::exit(8);
        case Ending::std_exit_255:
            std::exit(255);
        case Ending::quick_exit_7:
            std::_Exit(7);
        case Ending::exit_0:
            throw spork::Exit{};
        case Ending::exit_5:
            throw spork::Exit{5};
        case Ending::exit_text:
            throw spork::Exit{"ignore this"};
        case Ending::runtime_error:
            throw std::runtime_error("boom");
        case Ending::own_error:
            throw demo::OutOfPaper("tray 2");
        case Ending::no_std_exception:
            throw demo::Odd();
        case Ending::number:
            throw 42;
        case Ending::nested_error:
            throw_nested();
            return;
        case Ending::terminated:
            std::terminate();
        case Ending::aborted:
            std::abort();
        case Ending::access_violation:
            violate_access();
    }
}

void end_in_a_function_that_must_not_throw() noexcept {
    throw_nested();
}

class TestProcessExit : public support::MethodTest {
    Q_OBJECT

private slots:
    void exitCode_data() {
        QTest::addColumn<int>("ending");
        QTest::addColumn<int>("code");
        QTest::addColumn<QStringList>("said");  // on standard error
        const auto row = [](const char* name, Ending ending, int code, const QStringList& said = {}) {
            QTest::newRow(name) << static_cast<int>(ending) << code << said;
        };
        row("return", Ending::returned, 0, {"goodbye"});
        row("std::exit(0)", Ending::std_exit_0, 0);
        row("std::exit(8)", Ending::std_exit_8, 8);
        row("std::exit(255)", Ending::std_exit_255, 255);
        row("std::_Exit(7)", Ending::quick_exit_7, 7);
        row("Exit{}", Ending::exit_0, 0, {"goodbye"});
        row("Exit{5}", Ending::exit_5, 5, {"goodbye"});
        row("Exit{text}", Ending::exit_text, 1, {"goodbye", "ignore this"});
        row("runtime_error", Ending::runtime_error, 1, {"ender", "std::runtime_error", "boom", "goodbye"});
        row("own error", Ending::own_error, 1, {"ender", "demo::OutOfPaper", "tray 2"});
        row("no std::exception", Ending::no_std_exception, 1, {"ender", "demo::Odd"});
        row("throw 42", Ending::number, 1, {"ender", "int"});
        row("nested", Ending::nested_error, 1, {"ender", "the outer reason", "the inner reason"});
        row("std::terminate", Ending::terminated, -6);
        row("abort", Ending::aborted, -6);
        row("access violation", Ending::access_violation, -11);
    }
    void exitCode() {
        QFETCH_GLOBAL(StartMethod, method);
        QFETCH(int, ending);
        QFETCH(int, code);
        QFETCH(QStringList, said);
        ChildGuard child(method, {.name = "ender", .standard_error = spork::StandardStream::pipe()}, end_by,
                         static_cast<Ending>(ending));

        const std::string errors = child->standard_error().read_all();

        QCOMPARE(child.exitcode(), std::optional(code));
        const spork::ExitStatus status = child->exit_status().value();
        QCOMPARE(status.code, code);
        QCOMPARE(status.signal, code < 0 ? -code : 0);
        QVERIFY(status.known);
        for (const QString& part : said) {
            QVERIFY2(errors.find(part.toStdString()) != std::string::npos,
                     (part.toStdString() + " not in: " + errors).c_str());
        }
        QCOMPARE(errors.find("goodbye") != std::string::npos, said.contains("goodbye") || code == 1);
    }

    void exceptionThroughNoexceptAborts() {
        QFETCH_GLOBAL(StartMethod, method);
        ChildGuard child(method, {.standard_error = spork::StandardStream::null()},
                         end_in_a_function_that_must_not_throw);
        QCOMPARE(child.exitcode(), std::optional(-6));
    }

    // The text of an exception must be in the file before the end can be seen.
    void errorTextIsWrittenBeforeTheEnd() {
        QFETCH_GLOBAL(StartMethod, method);
        QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.filePath("errors.txt").toStdString());
        ChildGuard child(method, {.name = "ender", .standard_error = spork::StandardStream::file(path)}, end_by,
                         Ending::runtime_error);
        QCOMPARE(child.exitcode(), std::optional(1));
        const std::string errors = spork::FileHandle::read(path).read_all();
        QVERIFY2(errors.find("boom") != std::string::npos, errors.c_str());
    }

    void statusSaysItInWords() {
        QCOMPARE(to_string(spork::ExitStatus{.code = 3}), std::string("exit code 3"));
        QCOMPARE(to_string(spork::ExitStatus{.code = -15, .signal = 15}), std::string("signal 15 (SIGTERM)"));
        QCOMPARE(to_string(spork::ExitStatus{.code = 255, .known = false}), std::string("unknown exit status"));
    }
};

const support::TestClass<TestProcessExit> registered;

}  // namespace

#include "process_exit.moc"
