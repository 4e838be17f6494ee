// How many of something each process has, as it is remembered in shared memory.

#include "process_counts.hpp"

#include "support/test_case.hpp"

#include <cstdint>

using spork::detail::Journal;
using spork::detail::Obituary;
using spork::detail::own_tag;
using spork::detail::ProcessCount;
using spork::detail::ProcessCounts;

namespace {

/// Of a process that had this one's number before, and so has ended.
std::uint64_t tag_of_ended(std::uint32_t which) {
    return own_tag() + (std::uint64_t{which + 1} << 32);
}

class TestProcessCounts : public support::LeakTest {
    Q_OBJECT

    static void write(ProcessCounts& counts, std::uint64_t owner, std::uint64_t count) {
        ProcessCount* const entry = counts.own();
        QVERIFY(entry);
        QCOMPARE(entry->count.load(), 0u);
        entry->owner = owner;
        entry->count = count;
    }

private slots:
    void ownEntryIsFoundAgain() {
        ProcessCounts counts;
        Journal journal;
        write(counts, tag_of_ended(0), 3);
        counts.add_one(journal);
        counts.add_one(journal);
        write_another_after_own(counts);
        QCOMPARE(counts.own()->owner.load(), own_tag());
        QCOMPARE(counts.own()->count.load(), 2u);
    }

    void whoHasNothingLeavesItsEntryToOthers() {
        ProcessCounts counts;
        Journal journal;
        counts.add_one(journal);
        ProcessCount* const entry = counts.own();
        counts.remove_one(journal);
        entry->owner = tag_of_ended(0);
        QCOMPARE(counts.own(), entry);
    }

    void oneLessThanNothingIsNothing() {
        ProcessCounts counts;
        Journal journal;
        counts.remove_one(journal);
        QCOMPARE(counts.own()->count.load(), 0u);
        counts.add_one(journal);
        counts.remove_one(journal);
        counts.remove_one(journal);
        QCOMPARE(counts.own()->count.load(), 0u);
    }

    void tooManyProcessesAreNotRemembered() {
        ProcessCounts counts;
        Journal journal;
        for (std::uint32_t i = 0; i < ProcessCounts::capacity; ++i) {
            write(counts, tag_of_ended(i), 1);
        }
        QVERIFY(!counts.own());
        counts.add_one(journal);
        counts.remove_one(journal);
        QVERIFY(!counts.own());
    }

    void endedProcessesAreVisited() {
        ProcessCounts counts;
        Journal journal;
        counts.add_one(journal);
        counts.own()->owner = tag_of_ended(0);
        counts.add_one(journal);
        write_another_after_own(counts);

        Obituary obituary;
        std::uint64_t units = 0;
        const auto take = [&](ProcessCount& entry) {
            QVERIFY(entry.owner != own_tag());
            units += entry.count;
            entry.count = 0;
        };
        counts.each_ended(obituary, take);
        QCOMPARE(units, 8u);
        counts.each_ended(obituary, take);
        QCOMPARE(units, 8u);
        QCOMPARE(counts.own()->count.load(), 1u);
    }

private:
    /// Another process finds an entry, which a look for this one's must not end at.
    static void write_another_after_own(ProcessCounts& counts) {
        ProcessCount* const own = counts.own();
        const std::uint64_t count = own->count;
        own->owner = tag_of_ended(1);
        write(counts, tag_of_ended(2), 7);
        own->owner = own_tag();
        own->count = count;
    }
};

const support::TestClass<TestProcessCounts> registered;

}  // namespace

#include "process_counts.moc"
