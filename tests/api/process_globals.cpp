// Namespace-scope variables in children.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace {

struct Settings {
    int verbosity = 0;
    std::vector<std::string> words;
};

spork::Global<int> number{1};
spork::Global<std::string> text{"initial"};
spork::Global<std::map<std::string, int>> table;
spork::Global<Settings> settings;
spork::Global<std::optional<Connection>> shared_connection;
int plain_number = 1;

void tell_globals(Connection there) {
    there.send(*number);
    there.send(*text);
    there.send(*table);
    there.send(settings->verbosity);
    there.send(settings->words);
    there.send(plain_number);
    number = -1;
    text = "changed in the child";
}

void use_shared_connection() {
    (*shared_connection)->send(*number);
    number = *number + 1;
    if (*number < 4) {
        spork::Process child(use_shared_connection);
        child.start();
        child.join();
    }
}

/// Puts the initial values back at the end of a test.
struct InitialValues {
    ~InitialValues() {
        number = 1;
        text = "initial";
        table = {};
        settings = {};
        plain_number = 1;
        shared_connection = std::nullopt;
    }
};

class TestGlobal : public support::MethodTest {
    Q_OBJECT

private slots:
    void childReceivesTheValuesOfTheStart() {
        QFETCH_GLOBAL(StartMethod, method);
        const InitialValues afterwards;
        number = 42;
        text = "set at run time";
        table = {{"a", 1}, {"b", 2}};
        settings->verbosity = 3;
        settings->words = {"x", "y"};
        plain_number = 42;
        auto [here, there] = spork::Pipe();
        spork::Process p = spork::get_context(method).Process(tell_globals, there);
        number = 43;  // the value at start() counts, not that of the making
        ChildGuard child(p);
        number = 44;

        QCOMPARE(here.recv<int>(limit), 43);
        QCOMPARE(here.recv<std::string>(limit), std::string("set at run time"));
        QVERIFY(((here.recv<std::map<std::string, int>>(limit) == std::map<std::string, int>{{"a", 1}, {"b", 2}})));
        QCOMPARE(here.recv<int>(limit), 3);
        QCOMPARE(here.recv<std::vector<std::string>>(limit), (std::vector<std::string>{"x", "y"}));
        // A plain variable is what differs between the methods, and why Global exists.
        QCOMPARE(here.recv<int>(limit), method == StartMethod::fork ? 42 : 1);
        QCOMPARE(child.exitcode(), std::optional(0));
        QCOMPARE(*number, 44);
        QCOMPARE(*text, std::string("set at run time"));
    }

    void handleIsTheSameObjectInAllGenerations() {
        QFETCH_GLOBAL(StartMethod, method);
        const InitialValues afterwards;
        auto [reader, writer] = spork::Pipe(false);
        shared_connection = writer;
        ChildGuard child(method, use_shared_connection);
        shared_connection = std::nullopt;
        writer.close();
        QCOMPARE(reader.recv<int>(limit), 1);
        QCOMPARE(reader.recv<int>(limit), 2);
        QCOMPARE(reader.recv<int>(limit), 3);
        QVERIFY_THROWS_EXCEPTION(spork::EofError, reader.recv<int>(limit));
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void actsAsItsValue() {
        const InitialValues afterwards;
        int& reference = number;
        reference = 5;
        QCOMPARE(number + 1, 6);
        QCOMPARE(number.get(), 5);
        QCOMPARE(text->size(), std::size_t(7));
    }
};

const support::TestClass<TestGlobal> registered;

}  // namespace

#include "process_globals.moc"
