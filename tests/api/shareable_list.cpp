// ShareableList: simple values in named memory, laid out as CPython's.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

using spork::Connection;
using spork::ShareableList;
using spork::ShareableValue;
using spork::SharedMemory;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace QTest {

template <>
inline char* toString(const ShareableValue& value) {
    return qstrdup(support::shown(value).c_str());
}

}  // namespace QTest

namespace {

std::vector<std::byte> bytes(std::string_view text) {
    const auto span = std::as_bytes(std::span(text));
    return {span.begin(), span.end()};
}

/// The one of CPython's own test.
ShareableList sample() {
    return {"howdy", bytes("HoWdY"), -273.154, 100, nullptr, true, 42};
}

void change(ShareableList list) {
    list[4] = "changed";
    list[2] = list[2].get<double>() + 1;
}

void change_by_name(std::string name) {
    change(ShareableList::attach(name));
}

void change_what_comes(Connection parent) {
    change(parent.recv<ShareableList>());
    parent.send(true);
}

class TestShareableList : public support::MethodTest {
    Q_OBJECT

    static StartMethod method() {
        QFETCH_GLOBAL(StartMethod, method);
        return method;
    }

    static void check_changed(const ShareableList& list) {
        QCOMPARE(list.at(4), ShareableValue("changed"));
        QCOMPARE(list.at(2), ShareableValue(-272.154));
        QCOMPARE(list.at(0), ShareableValue("howdy"));
    }

private slots:
    void childChangesItsArgument() {
        const auto list = sample();
        ChildGuard child(method(), change, list);
        QCOMPARE(child.exitcode(), std::optional(0));
        check_changed(list);
    }

    void childChangesItByName() {
        const auto list = sample();
        ChildGuard child(method(), change_by_name, list.name());
        QCOMPARE(child.exitcode(), std::optional(0));
        check_changed(list);
    }

    void childChangesWhatComesInAMessage() {
        const auto list = sample();
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), change_what_comes, there);
        here.send(list);
        QVERIFY(here.recv<bool>(limit));
        check_changed(list);
    }
};

class TestShareableListAlone : public support::LeakTest {
    Q_OBJECT

private slots:
    void holdsItsValues() {
        const auto list = sample();
        QCOMPARE(list.size(), std::size_t{7});
        QCOMPARE(list.format(), std::string("8s8sdqxxxxxx?xxxxxxxx?q"));
        QCOMPARE(list.at(0).get<std::string>(), std::string("howdy"));
        QCOMPARE(list.at(1).get<std::vector<std::byte>>(), bytes("HoWdY"));
        QCOMPARE(list[2].get<double>(), -273.154);
        QCOMPARE(list[3].get<int>(), 100);
        QVERIFY(std::holds_alternative<std::monostate>(list.at(4)));
        QCOMPARE(list[5].get<bool>(), true);
        QCOMPARE(list.at(-1), ShareableValue(42));
        QCOMPARE(list.at(-7), ShareableValue("howdy"));
        const std::vector<ShareableValue> all(list.values());
        QCOMPARE(all.size(), list.size());
        std::size_t seen = 0;
        for (const ShareableValue& value : list) {
            QCOMPARE(value, all[seen++]);
        }
        QCOMPARE(seen, all.size());
    }

    void indexesAreChecked() {
        const auto list = sample();
        for (const std::int64_t index : {std::int64_t{7}, std::int64_t{-8}, std::numeric_limits<std::int64_t>::min()}) {
            QVERIFY_THROWS_EXCEPTION(spork::UsageError, list.at(index));
            QVERIFY_THROWS_EXCEPTION(spork::UsageError, list.set(index, 1));
        }
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, list.index("100"));
        QCOMPARE(list.index(100), std::size_t{3});
    }

    void itemsChangeTheirKind() {
        const auto list = sample();
        list[3] = 42;
        list[4] = "some";
        QCOMPARE(list.format(), std::string("8s8sdq8sxxxxxxx?q"));
        QCOMPARE(list.count(42), std::size_t{2});
        QCOMPARE(list.count(true), std::size_t{1});
        QCOMPARE(list.count(bytes("HoWdY")), std::size_t{1});
        QCOMPARE(list.count("missing"), std::size_t{0});
        list[0] = nullptr;
        list[0] = "howdy";
        QCOMPARE(list.format(), std::string("8s8sdq8sxxxxxxx?q"));
    }

    void textKeepsItsRoom() {
        const auto list = sample();
        list[0] = "12345678";
        QCOMPARE(list.at(0), ShareableValue("12345678"));
        list[0] = "\u00e9\u00e9\u00e9\u00e9";
        QCOMPARE(list.at(0), ShareableValue("\u00e9\u00e9\u00e9\u00e9"));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, list.set(0, "\u00e9\u00e9\u00e9\u00e9!"));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, list.set(1, bytes("123456789")));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, list.set(3, "123456789"));
        QCOMPARE(list.at(0), ShareableValue("\u00e9\u00e9\u00e9\u00e9"));
        QCOMPARE(list.at(1), ShareableValue(bytes("HoWdY")));
        QCOMPARE(list.at(3), ShareableValue(100));
        const ShareableList eight{"12345678", "\u00e9\u00e9\u00e9\u00e9"};
        QCOMPARE(eight.format(), std::string("16s16s"));
    }

    void zerosAtTheEndAreKept() {
        const std::string text("abc\0\0", 5);
        const ShareableList list{text, bytes(text), "abc", std::string(8, '\0'), ""};
        QCOMPARE(list.at(0), ShareableValue(text));
        QCOMPARE(list.at(1), ShareableValue(bytes(text)));
        QCOMPARE(list.at(2), ShareableValue("abc"));
        QCOMPARE(list.at(3), ShareableValue(std::string(8, '\0')));
        QCOMPARE(list.at(4), ShareableValue(""));
        list[0] = "x";
        QCOMPARE(list.at(0), ShareableValue("x"));
    }

    void copiesAreOtherLists() {
        const auto list = sample();
        const auto same = list;
        const auto found = ShareableList::attach(list.name());
        const auto copy = list.copy();
        list[3] = 1;
        QCOMPARE(same.at(3), ShareableValue(1));
        QCOMPARE(found.at(3), ShareableValue(1));
        QCOMPARE(copy.at(3), ShareableValue(100));
        QVERIFY(copy.name() != list.name());
        const ShareableList from_list(list);
        QCOMPARE(from_list.name(), list.name());
    }

    void madeOfAnyRange() {
        QCOMPARE(ShareableList(std::vector<int>{1, 2, 3}).at(2), ShareableValue(3));
        QCOMPARE(ShareableList(std::list<std::string>{"a", "b"}).at(-1), ShareableValue("b"));
        const std::string name = "spork_list_" + std::to_string(*spork::current_process().pid());
        const ShareableList named({1, "two"}, name);
        QCOMPARE(named.name(), name);
        QCOMPARE(ShareableList::attach(name).size(), std::size_t{2});
        QVERIFY_THROWS_EXCEPTION(std::system_error, ShareableList({1}, name));
    }

    void emptyList() {
        const ShareableList list{};
        QVERIFY(list.empty());
        QCOMPARE(list.format(), std::string());
        QCOMPARE(list.count(1), std::size_t{0});
        QVERIFY(ShareableList::attach(list.name()).begin() == list.end());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, list.index(""));
    }

    void numbersCompareByValue() {
        QVERIFY(ShareableValue(1) == ShareableValue(1.0));
        QVERIFY(ShareableValue(1) == ShareableValue(true));
        QVERIFY(ShareableValue(0.0) == ShareableValue(false));
        QVERIFY(ShareableValue("1") != ShareableValue(1));
        QVERIFY(ShareableValue(bytes("a")) != ShareableValue("a"));
        QVERIFY(ShareableValue(std::numeric_limits<std::int64_t>::max()) != ShareableValue(9223372036854775808.0));
        QVERIFY(ShareableValue() == ShareableValue(nullptr));
    }

    void otherKindsThanAskedForAreErrors() {
        const auto list = sample();
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, list[0].get<int>());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, list[3].get<double>());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, ShareableList{1000}[0].get<signed char>());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, ShareableValue{std::numeric_limits<std::uint64_t>::max()});
    }

    void isPrinted() {
        const auto list = sample();
        std::ostringstream text;
        text << list;
        QCOMPARE(text.str(),
                 "ShareableList([\"howdy\", b\"HoWdY\", -273.154, 100, None, True, 42], name=\"" + list.name() + "\")");
    }

    void otherMemoryIsNoList() {
        for (const std::size_t size : {1, 15, 16, 100, 5000}) {
            const SharedMemory memory(size);
            std::ranges::fill(memory.buf(), std::byte{0xff});
            QVERIFY_THROWS_EXCEPTION(spork::TransferError, ShareableList{memory});
            memory.buf()[0] = std::byte{3};
            std::ranges::fill(memory.buf().subspan(1), std::byte{0});
            QVERIFY_THROWS_EXCEPTION(spork::TransferError, ShareableList{memory});
        }
    }

    void corruptItemsAreErrors() {
        for (std::size_t at = 0; at < sample().shm().size(); ++at) {
            for (const int value : {0x00, 0x39, 0x73, 0xff}) {
                const auto list = sample();
                list.shm().buf()[at] = static_cast<std::byte>(value);
                try {
                    const ShareableList other(list.shm());
                    other.values();
                    list.values();
                } catch (const spork::TransferError&) {
                }
            }
        }
    }

    void closedListRefuses() {
        const auto list = sample();
        list.close();
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, list.at(0));
        QVERIFY_THROWS_EXCEPTION(std::system_error, ShareableList::attach(list.name()));
    }
};

const support::TestClass<TestShareableList> registered;
const support::TestClass<TestShareableListAlone> registered_alone;

}  // namespace

#include "shareable_list.moc"
