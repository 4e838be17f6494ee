// How children end, and who ends with them.

#include "seam_test.hpp"

#include <string>

using namespace spork::platform;
using namespace std::chrono_literals;
using seam::launcher_of_this_row;
using seam::plan_for;
using seam::SeamChild;
using seam::within;
using support::limit;

namespace {

class TestLauncherEnd : public support::MethodTest {
    Q_OBJECT

    static std::string start(const char* order) {
        return "start " + std::string(to_string(launcher_of_this_row().method())) + " " + order;
    }

    /// A child that has started another one, which holds `held`.
    static SeamChild start_family(const std::string& order, Handle& held, bool kill_tree = false) {
        LaunchPlan plan = plan_for(launcher_of_this_row(), order);
        const Attachment attachment{held.get()};
        plan.attachments = {&attachment, 1};
        plan.kill_tree = kill_tree;
        SeamChild child(launcher_of_this_row(), plan);
        held.reset();
        if (const std::string text = child.text(); text != "ready") {
            qFatal("the child has not started another one: %s", text.c_str());
        }
        return child;
    }

private slots:
    void exitCode_data() {
        QTest::addColumn<int>("code");
        for (const int code : {0, 1, 3, 97, 127, 255}) {
            QTest::addRow("%d", code) << code;
        }
    }
    void exitCode() {
        QFETCH(int, code);
        const std::string order = "exit " + std::to_string(code);
        SeamChild child(launcher_of_this_row(), plan_for(launcher_of_this_row(), order));
        const auto info = child.end();
        QVERIFY(info && info->known);
        QCOMPARE(info->code, code);
        QCOMPARE(info->signal, 0);
    }

    void requestedEnd_data() {
        QTest::addColumn<int>("request");
        QTest::addColumn<int>("signal");
        QTest::newRow("interrupt") << static_cast<int>(EndRequest::interrupt) << 2;
        QTest::newRow("terminate") << static_cast<int>(EndRequest::terminate) << 15;
        QTest::newRow("kill") << static_cast<int>(EndRequest::kill) << 9;
    }
    void requestedEnd() {
        QFETCH(int, request);
        QFETCH(int, signal);
        SeamChild child(launcher_of_this_row(), plan_for(launcher_of_this_row(), "hold"));
        QCOMPARE(child.text(), std::string("ready"));
        QVERIFY(!child->poll());
        QCOMPARE(child->request_end(static_cast<EndRequest>(request)), std::error_code());
        const auto info = child.end();
        QVERIFY(info && info->known);
        QCOMPARE(info->signal, signal);
        QCOMPARE(info->code, -signal);
        // Whoever got its number since is not reached.
        QCOMPARE(child->request_end(EndRequest::kill), std::error_code());
    }

    void abortIsSignalSix() {
        SeamChild child(launcher_of_this_row(), plan_for(launcher_of_this_row(), "abort"));
        QCOMPARE(child.end()->code, -6);
    }

    void childEndsWithItsParent() {
        auto pair = make_channel(true);
        SeamChild child = start_family(start("hold"), pair->second);
        Message message;
        QVERIFY(channel_receive(pair->first.get(), message, within(0s)) == std::errc::timed_out);
        child->request_end(EndRequest::kill);
        QVERIFY(channel_receive(pair->first.get(), message, within(limit)) == std::errc::connection_reset);
    }

    void survivorOutlivesItsParent() {
        auto pair = make_channel(true);
        SeamChild child = start_family(start("survive"), pair->second);
        child->request_end(EndRequest::kill);
        QCOMPARE(seam::receive_text(pair->first.get()), std::string("alive"));
    }

    void childLearnsOfItsParentsEnd() {
        auto pair = make_channel(true);
        SeamChild child = start_family(start("parent"), pair->second);
        Message message;
        QVERIFY(channel_receive(pair->first.get(), message, within(support::moment)) == std::errc::timed_out);
        child->request_end(EndRequest::kill);
        QCOMPARE(seam::receive_text(pair->first.get()), std::string("parent ended"));
    }

    void treeIsKilledWithTheChild_data() {
        QTest::addColumn<bool>("kill_tree");
        QTest::newRow("tree") << true;
        QTest::newRow("child alone") << false;
    }
    void treeIsKilledWithTheChild() {
        QFETCH(bool, kill_tree);
        auto pair = make_channel(true);
        SeamChild child = start_family(start("survive"), pair->second, kill_tree);
        child->request_end(EndRequest::kill);
        Message message;
        const auto error = channel_receive(pair->first.get(), message, within(limit));
        if (kill_tree) {
            QVERIFY(error == std::errc::connection_reset);
        } else {
            QCOMPARE(seam::text_of(message), std::string("alive"));
        }
    }
};

const support::TestClass<TestLauncherEnd> registered;

}  // namespace

#include "launcher_end.moc"
