// Memory that several processes share, and sleeping on words in it.

#include "seam_test.hpp"

#include "platform/file.hpp"

#include <cstdint>
#include <limits>
#include <thread>

using namespace spork::platform;
using namespace std::chrono_literals;
using seam::launcher_of_this_row;
using seam::plan_for;
using seam::SeamChild;
using seam::word_of;

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

class TestSegment : public support::LeakTest {
    Q_OBJECT

    static std::unique_ptr<Mapping> map(const Handle& segment) {
        auto mapping = map_segment(segment.get(), 1);
        if (!mapping) {
            qFatal("cannot map a segment: %s", mapping.error().message().c_str());
        }
        return std::move(*mapping);
    }

private slots:
    void twoMappingsAreTheSameMemory() {
        const auto segment = make_segment(100, 100);
        QVERIFY(segment);
        const auto one = map(*segment);
        const auto other = map(*segment);
        QVERIFY(one->data() != other->data());
        QVERIFY(one->size() >= 100);
        QCOMPARE(word_of(*one, 7).load(), 0U);
        word_of(*one, 7).store(42);
        QCOMPARE(word_of(*other, 7).load(), 42U);
    }

    void mappingOutlivesItsHandle() {
        auto segment = make_segment(100, 100);
        const auto mapping = map(*segment);
        segment->reset();
        word_of(*mapping, 0).store(1);
        QCOMPARE(word_of(*mapping, 0).load(), 1U);
    }

    void growsInPlace() {
        const auto segment = make_segment(4096, std::size_t{16} << 30);
        QVERIFY2(segment, segment.error().message().c_str());
        const auto one = map(*segment);
        const auto other = map(*segment);
        const std::size_t last = 3 * mebibyte / sizeof(SharedWord) - 1;
        QCOMPARE(one->commit(3 * mebibyte), std::error_code());
        word_of(*one, last).store(7);
        QCOMPARE(other->commit(3 * mebibyte), std::error_code());
        QCOMPARE(word_of(*other, last).load(), 7U);
        QCOMPARE(one->commit(3 * mebibyte), std::error_code());
        QCOMPARE(word_of(*one, last).load(), 7U);
        QVERIFY(one->commit(one->size() + 1));
    }

    void whatIsDiscardedCanBeUsedAgain() {
        const auto segment = make_segment(4 * mebibyte, 4 * mebibyte);
        const auto mapping = map(*segment);
        const std::size_t inside = mebibyte / sizeof(SharedWord);
        word_of(*mapping, 0).store(1);
        word_of(*mapping, inside).store(2);
        mapping->discard(100, 2 * mebibyte);
        QCOMPARE(word_of(*mapping, 0).load(), 1U);  // on a page that is not wholly given back
        QVERIFY(word_of(*mapping, inside).load() == 0 || word_of(*mapping, inside).load() == 2);
        word_of(*mapping, inside).store(3);
        QCOMPARE(word_of(*mapping, inside).load(), 3U);
    }

    void absurdSizesAreRefused() {
        QCOMPARE(make_segment(std::size_t{1} << 60, 0).error(),
                 std::make_error_condition(std::errc::not_enough_memory));
        QCOMPARE(make_segment(std::numeric_limits<std::size_t>::max(), 0).error(),
                 std::make_error_condition(std::errc::not_enough_memory));
    }

    void otherObjectsAreNoSegments() {
        const auto pipe = make_byte_pipe();
        QVERIFY(!map_segment(pipe->reader.get(), 1));
        const auto segment = make_segment(100, 100);
        QCOMPARE(map_segment(segment->get(), mebibyte).error(), std::make_error_condition(std::errc::bad_message));
    }

    void sleepEndsAtItsLimit() {
        const auto segment = make_segment(8, 8);
        const auto mapping = map(*segment);
        const auto begin = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - begin < 20ms) {
            mapping->sleep(word_of(*mapping, 0), 0, 5ms);
        }
        QVERIFY(std::chrono::steady_clock::now() - begin < support::limit);
        mapping->sleep(word_of(*mapping, 0), 0, 0ns);
        mapping->sleep(word_of(*mapping, 0), 0, -1s);
    }

    void changedWordIsNotSleptOn() {
        const auto segment = make_segment(8, 8);
        const auto mapping = map(*segment);
        word_of(*mapping, 0).store(1);
        mapping->sleep(word_of(*mapping, 0), 0, support::limit * 2);  // the watchdog of the test would notice
    }

    void wakesThroughAnotherMapping() {
        const auto segment = make_segment(8, 8);
        const auto sleeper = map(*segment);
        const auto waker = map(*segment);
        bool woken = false;
        std::jthread thread([&] { woken = seam::sleep_until(*sleeper, word_of(*sleeper, 1), 5); });
        word_of(*waker, 1).store(5);
        waker->wake(word_of(*waker, 1));
        thread.join();
        QVERIFY(woken);
    }
};

class TestSegmentBetweenProcesses : public support::MethodTest {
    Q_OBJECT

private slots:
    void wakesAnotherProcess() {
        const auto segment = make_segment(64, 64);
        const auto mapping = map_segment(segment->get(), 64);
        QVERIFY(mapping);
        LaunchPlan plan = plan_for(launcher_of_this_row(), "answer");
        const Attachment attachment{segment->get()};
        plan.attachments = {&attachment, 1};
        SeamChild child(launcher_of_this_row(), plan);
        QCOMPARE(child.text(), std::string("ready"));
        word_of(**mapping, 0).store(1);
        (*mapping)->wake(word_of(**mapping, 0));
        QVERIFY(seam::sleep_until(**mapping, word_of(**mapping, 1), 1));
    }
};

const support::TestClass<TestSegment> registered_segment;
const support::TestClass<TestSegmentBetweenProcesses> registered_between;

}  // namespace

#include "segment.moc"
