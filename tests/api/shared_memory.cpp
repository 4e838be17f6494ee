// SharedMemory: plain bytes that several processes share, with and without a name.

#include "support/program.hpp"
#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>
#include <vector>

using spork::Connection;
using spork::SharedMemory;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;
using support::Word;

namespace {

/// Other programs, and the same test in another preset, may run at the same time.
std::string free_name(const std::string& what) {
    return "spork_" + what + "_" + std::to_string(*spork::current_process().pid());
}

void write(const SharedMemory& memory, std::string_view text) {
    std::memcpy(memory.buf().data(), text.data(), text.size());
}

std::string read(const SharedMemory& memory, std::size_t size) {
    return {reinterpret_cast<const char*>(memory.buf().data()), size};
}

/// What the system says about an action; no error when it succeeds.
template <class F>
std::error_condition failure_of(F&& action) {
    try {
        action();
    } catch (const std::system_error& error) {
        return error.code().default_error_condition();
    }
    return {};
}

bool exists(const std::string& name) {
    return !failure_of([&] { SharedMemory::attach(name); });
}

/// Whether the name goes within the time that everything has. There is nothing to wait for: nobody tells of it.
bool goes(const std::string& name) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (exists(name)) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

void write_by_name(std::string name) {
    write(SharedMemory::attach(name), "howdy");
}

void write_directly(SharedMemory memory, std::string text) {
    write(memory, text);
}

struct Album {
    std::vector<SharedMemory> pictures;
    std::string title;
};

/// Gets memory after it has started, and answers in it.
void work_on_album(Connection parent) {
    parent.send(Word::ready);
    const auto album = parent.recv<Album>();
    for (const SharedMemory& picture : album.pictures) {
        write(picture, album.title);
    }
    parent.send(Word::done);
}

void make_one_for_the_parent(Connection parent, std::string name) {
    const auto memory = name.empty() ? SharedMemory(100) : SharedMemory::create(100, name);
    write(memory, "made by the child");
    parent.send(memory);
    parent.recv<Word>();
}

void hold_memory(SharedMemory, Connection parent) {
    support::hold(parent);
}

void hold_by_name(std::string name, Connection parent) {
    const auto memory = SharedMemory::attach(name);
    support::hold(parent);
}

void make_and_hold(std::vector<std::string> names, Connection parent) {
    std::vector<SharedMemory> memory;
    for (const std::string& name : names) {
        memory.push_back(SharedMemory::create(1000, name));
    }
    support::hold(parent);
}

/// The head of a family that uses memory together.
void head_of_family(std::string name, Connection parent) {
    const auto memory = SharedMemory::create(1000, name);
    const StartMethod method = spork::get_start_method();
    auto [here, there] = spork::Pipe();
    ChildGuard given(method, hold_memory, memory, there);
    here.recv<Word>();
    ChildGuard found(method, hold_by_name, name, there);
    here.recv<Word>();
    support::hold(parent);
}

class TestSharedMemory : public support::MethodTest {
    Q_OBJECT

    static StartMethod method() {
        QFETCH_GLOBAL(spork::StartMethod, method);
        return method;
    }

private slots:
    void childrenWriteByNameAndByHandle() {
        const auto memory = SharedMemory::create(512);
        ChildGuard first(method(), write_by_name, memory.name());
        QCOMPARE(first.exitcode(), std::optional(0));
        QCOMPARE(read(memory, 5), std::string("howdy"));
        ChildGuard second(method(), write_directly, memory, "HELLO");
        QCOMPARE(second.exitcode(), std::optional(0));
        QCOMPARE(read(memory, 5), std::string("HELLO"));
    }

    void withoutANameItTravelsAsWell() {
        const SharedMemory memory(512);
        QCOMPARE(memory.name(), std::string());
        ChildGuard child(method(), write_directly, memory, "HELLO");
        QCOMPARE(child.exitcode(), std::optional(0));
        QCOMPARE(read(memory, 6), std::string("HELLO\0", 6));
    }

    void reachesAChildThatRunsAlready() {
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), work_on_album, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        const Album album{{SharedMemory(100), SharedMemory::create(200), SharedMemory(300)}, "holidays"};
        here.send(album);
        QCOMPARE(here.recv<Word>(limit), Word::done);
        for (const SharedMemory& picture : album.pictures) {
            QCOMPARE(read(picture, 8), std::string("holidays"));
        }
    }

    void unlinkedMemoryTravelsOn() {
        const auto memory = SharedMemory::create(512);
        memory.unlink();
        ChildGuard child(method(), write_directly, memory, "HELLO");
        QCOMPARE(child.exitcode(), std::optional(0));
        QCOMPARE(read(memory, 5), std::string("HELLO"));
    }

    void outlivesTheProcessThatMadeIt() {
        for (const std::string& name : {std::string(), free_name("outlives")}) {
            auto [here, there] = spork::Pipe();
            ChildGuard child(method(), make_one_for_the_parent, there, name);
            const auto memory = here.recv<SharedMemory>(limit);
            here.send(Word::done);
            QCOMPARE(child.exitcode(), std::optional(0));
            QCOMPARE(read(memory, 17), std::string("made by the child"));
            if (!name.empty()) {
                QVERIFY(exists(name));
                memory.close();
                QVERIFY(goes(name));
            }
        }
    }

    void nameStaysForThoseWhoUseIt() {
        for (const bool by_name : {false, true}) {
            const auto name = free_name("stays");
            const auto memory = SharedMemory::create(100, name);
            auto [here, there] = spork::Pipe();
            ChildGuard child(by_name ? ChildGuard(method(), hold_by_name, name, there)
                                     : ChildGuard(method(), hold_memory, memory, there));
            QCOMPARE(here.recv<Word>(limit), Word::ready);
            memory.close();
            QVERIFY(exists(name));
            child->kill();
            QVERIFY(goes(name));
        }
    }

    void whoAttachesAndEndsTakesNothingAway() {
        const auto memory = SharedMemory::create(512);
        write(memory, "kept");
        for (int i = 0; i < 2; ++i) {
            auto [here, there] = spork::Pipe();
            ChildGuard child(method(), hold_by_name, memory.name(), there);
            QCOMPARE(here.recv<Word>(limit), Word::ready);
            i == 0 ? child->kill() : here.close();
            child.exitcode();
            QCOMPARE(read(SharedMemory::attach(memory.name()), 4), std::string("kept"));
        }
    }

    void killedMakerLeavesNothing() {
        const std::vector<std::string> names{free_name("killed_one"), free_name("killed_two"), free_name("unlinked")};
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), make_and_hold, names, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        QVERIFY(exists(names[0]) && exists(names[1]));
        SharedMemory::attach(names[2]).unlink();
        child->kill();
        for (const std::string& name : names) {
            QVERIFY(goes(name));
        }
    }

    void killedFamilyLeavesNothing() {
        const auto name = free_name("family");
        auto [here, there] = spork::Pipe();
        for (const bool all_at_once : {false, true}) {
            ChildGuard head(method(), {.kill_tree = all_at_once}, head_of_family, name, there);
            QCOMPARE(here.recv<Word>(limit), Word::ready);
            QVERIFY(exists(name));
            head->kill();
            QVERIFY(goes(name));
        }
    }
};

class TestSharedMemoryAlone : public support::LeakTest {
    Q_OBJECT

private slots:
    void namedBlock() {
        const auto name = free_name("basics");
        const auto memory = SharedMemory::create(512, name);
        QCOMPARE(memory.name(), name);
        QCOMPARE(memory.size(), std::size_t{512});
        QCOMPARE(memory.buf().size(), memory.size());
        QVERIFY(std::ranges::all_of(memory.buf(), [](std::byte byte) { return byte == std::byte{0}; }));
        memory.buf()[0] = std::byte{42};
        const auto same = SharedMemory::attach(name);
        QCOMPARE(std::to_integer<int>(same.buf()[0]), 42);
        QVERIFY(same.size() >= 512);
        QVERIFY(same == memory);
        same.buf()[511] = std::byte{1};
        QCOMPARE(std::to_integer<int>(memory.buf()[511]), 1);
        std::ostringstream text;
        text << memory;
        QCOMPARE(text.str(), "SharedMemory(\"" + name + "\", size=512)");
    }

    void asPythonsConstructor() {
        const auto name = free_name("python");
        const SharedMemory made({.name = name, .create = true, .size = 100});
        const SharedMemory found({.name = name});
        const SharedMemory also(name);
        write(made, "x");
        QCOMPARE(read(found, 1) + read(also, 1), std::string("xx"));
        const SharedMemory generated({.create = true, .size = 100});
        QVERIFY(generated.name().size() > 8);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, SharedMemory(spork::SharedMemoryOptions{}));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, SharedMemory({.create = true}));
    }

    void generatedNamesDiffer() {
        const auto one = SharedMemory::create(1);
        const auto other = SharedMemory::create(1);
        QVERIFY(one.name() != other.name());
        QVERIFY(one != other);
        QVERIFY(SharedMemory(1) != SharedMemory(1));
    }

    void nameThatIsTakenOrMissing() {
        const auto name = free_name("taken");
        const auto memory = SharedMemory::create(10, name);
        QVERIFY(failure_of([&] { SharedMemory::create(10, name); }) == std::errc::file_exists);
        QVERIFY(failure_of([&] { SharedMemory::create(name + "2", std::size_t{10}).close(); }) ==
                std::error_condition());
        QVERIFY(failure_of([&] { SharedMemory::attach(name + "3"); }) == std::errc::no_such_file_or_directory);
        QVERIFY(exists(name));
        try {
            SharedMemory::attach(name + "3");
        } catch (const std::system_error& error) {
            QVERIFY(std::string(error.what()).find(name + "3") != std::string::npos);
        }
    }

    void impossibleNames() {
        for (const std::string& name :
             {std::string(), std::string("a/b"), std::string("a\\b"), std::string("a\0b", 3)}) {
            QVERIFY_THROWS_EXCEPTION(spork::UsageError, SharedMemory::create(10, name));
            QVERIFY_THROWS_EXCEPTION(spork::UsageError, SharedMemory::attach(name));
        }
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, SharedMemory::create(10, std::string(100'000, 'n')));
    }

    void impossibleSizes() {
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, SharedMemory(0));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, SharedMemory(-1));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, SharedMemory::create(0));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, SharedMemory::create(-2, "negative"));
        const auto most = std::numeric_limits<std::size_t>::max();
        for (const std::size_t absurd : {most, most / 2, std::size_t{1} << 50}) {
            QVERIFY(failure_of([&] { SharedMemory{absurd}; }) == std::errc::not_enough_memory);
            QVERIFY(failure_of([&] { SharedMemory::create(absurd); }) == std::errc::not_enough_memory);
        }
    }

    void openOrCreate() {
        const auto name = free_name("either");
        const auto made = SharedMemory::open_or_create(name, 100);
        write(made, "x");
        const auto found = SharedMemory::open_or_create(name, 1'000'000);
        QVERIFY(found.size() < 1'000'000);
        QCOMPARE(read(found, 1), std::string("x"));
    }

    void closedMemoryRefuses() {
        const auto memory = SharedMemory::create(100);
        const auto copy = memory;
        const auto other = SharedMemory::attach(memory.name());
        memory.close();
        memory.close();
        QVERIFY(memory.closed() && copy.closed() && !other.closed());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, memory.buf());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, copy.buf());
        QCOMPARE(memory.size(), std::size_t{100});
        QCOMPARE(other.buf().size(), other.size());
        auto [here, there] = spork::Pipe();
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, here.send(memory));
    }

    void closeAndUnlinkAsInPython() {
        const auto memory = SharedMemory::create(100);
        memory.close();
        memory.unlink();
        QVERIFY(!exists(memory.name()));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, SharedMemory(1).unlink());
    }

    void lastUserTakesTheNameAway() {
        const auto name = free_name("last");
        {
            const auto first = SharedMemory::create(100, name);
            const auto second = SharedMemory::attach(name);
            first.close();
            QVERIFY(exists(name));
        }
        QVERIFY(!exists(name));
        for (int i = 0; i < 3; ++i) {
            SharedMemory::create(100, name);
        }
    }

    void manyComeAndGo() {
        for (int i = 0; i < 1000; ++i) {
            const auto memory = i % 2 == 0 ? SharedMemory(5000) : SharedMemory::create(5000);
            QVERIFY(memory.buf()[4999] == std::byte{0});
            memory.buf()[4999] = std::byte{1};
        }
    }

    void otherHandlesAreNoMemory() {
        auto [here, there] = spork::Pipe();
        here.send(spork::Lock());
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, there.recv<SharedMemory>());
    }
};

const support::TestClass<TestSharedMemory> registered;
const support::TestClass<TestSharedMemoryAlone> registered_alone;

}  // namespace

#include "shared_memory.moc"
