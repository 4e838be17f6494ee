// SharedMemoryManager: one owner for many blocks.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

using spork::Connection;
using spork::ShareableList;
using spork::ShareableValue;
using spork::SharedMemory;
using spork::SharedMemoryManager;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace {

bool exists(const std::string& name) {
    try {
        SharedMemory::attach(name);
        return true;
    } catch (const std::system_error&) {
        return false;
    }
}

bool goes(const std::string& name) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (exists(name) && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return !exists(name);
}

void write_into(std::string block, std::string list) {
    SharedMemory::attach(block).buf()[0] = std::byte{7};
    ShareableList::attach(list)[0] = "child";
}

/// Makes what it reports, and goes on until it is killed or told to end in order.
void manage(Connection parent) {
    const SharedMemoryManager manager;
    const auto block = manager.SharedMemory(100).name();
    const auto list = manager.ShareableList({1, 2}).name();
    parent.send(std::vector{block, list});
    parent.recv<bool>();
}

class TestSharedMemoryManager : public support::MethodTest {
    Q_OBJECT

    static StartMethod method() {
        QFETCH_GLOBAL(StartMethod, method);
        return method;
    }

private slots:
    void childrenFindWhatItMakes() {
        const SharedMemoryManager manager;
        const auto block = manager.SharedMemory(100);
        const auto list = manager.ShareableList({"", 5});
        ChildGuard child(method(), write_into, block.name(), list.name());
        QCOMPARE(child.exitcode(), std::optional(0));
        QCOMPARE(std::to_integer<int>(block.buf()[0]), 7);
        QVERIFY(list[0] == "child");
    }

    void nothingIsLeftOfOneThatEndsOrIsKilled() {
        for (const bool killed : {false, true}) {
            auto [here, there] = spork::Pipe();
            ChildGuard child(method(), manage, there);
            const auto names = here.recv<std::vector<std::string>>(limit);
            QVERIFY(exists(names.at(0)) && exists(names.at(1)));
            killed ? child->kill() : here.send(true);
            QCOMPARE(child.exitcode(), std::optional(killed ? -9 : 0));
            QVERIFY(goes(names[0]));
            QVERIFY(goes(names[1]));
        }
    }
};

class TestSharedMemoryManagerAlone : public support::LeakTest {
    Q_OBJECT

private slots:
    void handsOutAndTakesBack() {
        std::vector<std::string> names;
        std::optional<SharedMemory> kept;
        {
            const SharedMemoryManager manager;
            manager.start();
            for (int items = 5; items < 10; ++items) {
                names.push_back(manager.ShareableList(std::vector<int>(items, items)).name());
                QCOMPARE(ShareableList::attach(names.back()).count(items), static_cast<std::size_t>(items));
            }
            for (int size = 32; size <= 112; size += 16) {
                names.push_back(manager.SharedMemory(size).name());
                QVERIFY(SharedMemory::attach(names.back()).size() >= static_cast<std::size_t>(size));
            }
            kept = SharedMemory::attach(names.back());
        }
        for (const std::string& name : names) {
            if (name != kept->name()) {
                QVERIFY(!exists(name));
            }
        }
        kept->buf()[31] = std::byte{1};
    }

    void shutDownItMakesNoMore() {
        const SharedMemoryManager manager;
        const SharedMemoryManager copy(manager);
        const auto name = manager.SharedMemory(10).name();
        QVERIFY(exists(name));
        copy.shutdown();
        copy.shutdown();
        QVERIFY(!exists(name));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, manager.SharedMemory(10));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, manager.ShareableList({1}));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, manager.start());
    }

    void impossibleSizesAreErrors() {
        const SharedMemoryManager manager;
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, manager.SharedMemory(0));
        QVERIFY_THROWS_EXCEPTION(std::system_error, manager.SharedMemory(std::size_t{1} << 60));
    }

    void whatIsUnlinkedAlreadyDoesNotMatter() {
        const SharedMemoryManager manager;
        manager.SharedMemory(10).unlink();
    }
};

const support::TestClass<TestSharedMemoryManager> registered;
const support::TestClass<TestSharedMemoryManagerAlone> registered_alone;

}  // namespace

#include "shared_memory_manager.moc"
