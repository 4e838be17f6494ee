// Memory and lists that a program of CPython's shares with us by their names. It needs python3.

#include "support/program.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <QString>
#include <QStringList>

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

using spork::ShareableList;
using spork::ShareableValue;
using spork::SharedMemory;

namespace {

/// What stands before each script. A tracker of Python's would remove the names of blocks that it only attached to.
constexpr const char* beginning = R"(
import sys
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory, ShareableList
name = sys.argv[1]
def attached(memory):
    resource_tracker.unregister(memory._name, 'shared_memory')
    return memory
)";

class TestPythonMemory : public support::LeakTest {
    Q_OBJECT

    /// Runs a script with a name; what it prints.
    static std::string python(const std::string& script, const std::string& name) {
        const auto result = support::run_command(
            "python3", {"-c", QString::fromStdString(beginning + script), QString::fromStdString(name)});
        return result.exitcode == 0 && result.errors.empty() ? result.output : "failed: " + result.errors;
    }

private slots:
    void pythonReadsAndWritesOurBlock() {
        const auto memory = SharedMemory::create(512);
        std::memcpy(memory.buf().data(), "hello", 5);
        QCOMPARE(python(R"(
shm = attached(SharedMemory(name))
print(shm.size, bytes(shm.buf[:5]))
shm.buf[:5] = b'HELLO'
shm.close()
)",
                        memory.name()),
                 std::string("512 b'hello'\n"));
        QCOMPARE(std::memcmp(memory.buf().data(), "HELLO", 5), 0);
        QCOMPARE(SharedMemory::attach(memory.name()).size(), memory.size());
    }

    void wePassOverNamesOfPythons() {
        const std::string name = "spork_python_" + std::to_string(*spork::current_process().pid());
        QCOMPARE(python(R"(
shm = attached(SharedMemory(name, create=True, size=100))
shm.buf[:5] = b'hello'
)",
                        name),
                 std::string());
        QVERIFY_THROWS_EXCEPTION(std::system_error, SharedMemory::create(10, name));
        for (int i = 0; i < 2; ++i) {  // what we only attach to stays
            const auto memory = SharedMemory::attach(name);
            QCOMPARE(memory.size(), std::size_t{100});
            QCOMPARE(std::memcmp(memory.buf().data(), "hello", 5), 0);
        }
        SharedMemory::attach(name).unlink();
        QVERIFY_THROWS_EXCEPTION(std::system_error, SharedMemory::attach(name));
    }

    void pythonReadsAndWritesOurList() {
        const std::string_view raw = "HoWdY";
        const ShareableList list{"howdy",         std::as_bytes(std::span(raw)), -273.154, 100, nullptr, true, 42,
                                 "\u00e9t\u00e9", std::string("zeros\0\0", 7)};
        QCOMPARE(python(R"(
l = ShareableList(name=name)
attached(l.shm)
print(list(l), l.format, len(l), l.count(42), l.index(100))
l[0] = 'eightchr'; l[1] = b'\x01\x02'; l[2] = 0.5; l[3] = -(1 << 63); l[4] = 'some'; l[5] = None; l[6] = False
l[8] = 'zeros'
try:
    l[0] = 'ninechars'
except ValueError as error:
    print(error)
l.shm.close()
)",
                        list.name()),
                 std::string("['howdy', b'HoWdY', -273.154, 100, None, True, 42, 'été', 'zeros'] "
                             "8s8sdqxxxxxx?xxxxxxxx?q8s8s 9 1 3\nbytes/str item exceeds available storage\n"));
        const std::vector<ShareableValue> expected{"eightchr", std::vector{std::byte{1}, std::byte{2}},
                                                   0.5,        std::numeric_limits<std::int64_t>::min(),
                                                   "some",     nullptr,
                                                   false,      "\u00e9t\u00e9"};
        for (std::size_t i = 0; i < expected.size(); ++i) {
            QVERIFY2(list.at(static_cast<std::int64_t>(i)) == expected[i], support::shown(list).c_str());
        }
        QCOMPARE(list.format(), std::string("8s8sdq8sxxxxxx?xxxxxxxx?8s8s"));
    }

    void weReadAndWriteAListOfPythons() {
        const std::string name = "spork_pylist_" + std::to_string(*spork::current_process().pid());
        QCOMPARE(python(R"(
l = ShareableList(['howdy', b'HoWdY', -273.154, 100, None, True, 'x' * 20, ''], name=name)
attached(l.shm)
)",
                        name),
                 std::string());
        const auto list = ShareableList::attach(name);
        QCOMPARE(support::shown(list),
                 "[\"howdy\", b\"HoWdY\", -273.154, 100, None, True, \"" + std::string(20, 'x') + "\", \"\"]");
        QCOMPARE(list.format(), std::string("8s8sdqxxxxxx?xxxxxxxx?24s8s"));
        list[0] = 1;
        list[2] = "12345678";
        list[3] = true;
        list[4] = std::vector{std::byte{7}};
        list[6] = std::string(24, 'y');
        QCOMPARE(python(R"(
l = ShareableList(name=name)
print(list(l), l.format)
)",
                        name),
                 "[1, b'HoWdY', '12345678', True, b'\\x07', True, '" + std::string(24, 'y') +
                     "', ''] q8s8sxxxxxxx?8sxxxxxxx?24s8s\n");
        list.close();
    }
};

const support::TestClass<TestPythonMemory> registered;

}  // namespace

#include "python_memory.moc"
