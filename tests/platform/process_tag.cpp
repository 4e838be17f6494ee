// Which process something belongs to, and whether it still runs.

#include "seam_test.hpp"

#include <string>

using namespace spork::platform;
using seam::launcher_of_this_row;
using seam::plan_for;
using seam::SeamChild;
using seam::tag_text;

namespace {

class TestProcessTag : public support::MethodTest {
    Q_OBJECT

    static ProcessTag tag_from(const std::string& text) {
        const std::size_t space = text.find(' ');
        return {static_cast<std::uint32_t>(std::stoul(text)),
                static_cast<std::uint32_t>(std::stoul(text.substr(space + 1)))};
    }

private slots:
    void stays() {
        QVERIFY(process_tag().id != 0 && process_tag().id < tag_id_limit);
        QCOMPARE(process_tag().id, static_cast<std::uint32_t>(process_id()));
        QVERIFY(process_tag() == process_tag());
        ProcessWatch watch;
        QVERIFY(!watch.has_ended(process_tag()));
    }

    void childHasItsOwn() {
        const ProcessTag own = process_tag();
        SeamChild child(launcher_of_this_row(), plan_for(launcher_of_this_row(), "tag"));
        const ProcessTag tag = tag_from(child.text());
        QCOMPARE(static_cast<ProcessId>(tag.id), child->id());
        QVERIFY(tag != own);
        ProcessWatch watch;
        QVERIFY(!watch.has_ended(tag));
        QVERIFY(!watch.has_ended(own));
    }

    void endedProcessIsNoticed() {
        SeamChild child(launcher_of_this_row(), plan_for(launcher_of_this_row(), "tag"));
        const ProcessTag tag = tag_from(child.text());
        ProcessWatch watch;
        QVERIFY(!watch.has_ended(tag));
        child->request_end(EndRequest::kill);
        QVERIFY(child.end());
        QVERIFY(watch.has_ended(tag));
        QVERIFY(ProcessWatch().has_ended(tag));
    }

    // A killed child stays a zombie until its parent looks: it holds nothing any more.
    void childThatIsNotCollectedHasEnded() {
        SeamChild child(launcher_of_this_row(), plan_for(launcher_of_this_row(), "tag"));
        const ProcessTag tag = tag_from(child.text());
        child->request_end(EndRequest::kill);
        const WaitItem item{child->sentinel(), WaitKind::sentinel};
        QVERIFY(wait_any({&item, 1}, seam::within(support::limit)));
        // A sentinel that is a pipe is ready when the child's descriptors are closed, a moment before it is a zombie.
        QTRY_VERIFY_WITH_TIMEOUT(ProcessWatch().has_ended(tag), 40'000);
    }

    void numberOfAnotherProcessIsAnotherTag() {
        SeamChild child(launcher_of_this_row(), plan_for(launcher_of_this_row(), "tag"));
        ProcessTag tag = tag_from(child.text());
        QVERIFY(tag.start != 0);
        ++tag.start;
        QVERIFY(ProcessWatch().has_ended(tag));
    }
};

const support::TestClass<TestProcessTag> registered;

}  // namespace

#include "process_tag.moc"
