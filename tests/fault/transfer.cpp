// Every system call of a message's way fails once: the call says so, nothing is left, and the pipe goes on.

#include "failing_calls.hpp"

#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <QTemporaryDir>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

using fault::FailingCalls;
using spork::FileHandle;
using support::limit;

namespace {

class TestFailingTransfer : public support::LeakTest {
    Q_OBJECT

private slots:
    void initTestCase_data() {
        QTest::addColumn<std::size_t>("size");
        QTest::newRow("small") << std::size_t(10);
        QTest::newRow("in a segment") << (std::size_t(1) << 20);
    }

    void sending() {
        QFETCH_GLOBAL(std::size_t, size);
        const std::string text(size, 'x');
        for (int number = 1;; ++number) {
            auto [here, there] = spork::Pipe();
            std::optional<std::error_code> refused;
            bool failed = false;
            {
                const FailingCalls failing(number);
                try {
                    here.send(text);
                } catch (const std::system_error& error) {
                    refused = error.code();
                }
                failed = !FailingCalls::failed().empty();
            }
            if (!failed) {
                QVERIFY(number > 1);
                QVERIFY(there.recv<std::string>(limit) == text);
                return;
            }
            QVERIFY(refused);
            QCOMPARE(refused->value(), FailingCalls::error());
            // Nothing of the message has gone out.
            QVERIFY(!there.poll());
            here.send(std::string("next"));
            QCOMPARE(there.recv<std::string>(limit), std::string("next"));
        }
    }

    void receiving() {
        QFETCH_GLOBAL(std::size_t, size);
        const std::string text(size, 'x');
        for (int number = 1;; ++number) {
            auto [here, there] = spork::Pipe();
            here.send(text);
            std::optional<std::error_code> refused;
            bool failed = false;
            std::string received;
            {
                const FailingCalls failing(number);
                try {
                    received = there.recv<std::string>(limit);
                } catch (const std::system_error& error) {
                    refused = error.code();
                }
                failed = !FailingCalls::failed().empty();
            }
            if (!failed) {
                QVERIFY(number > 1);
                QVERIFY(received == text);
                return;
            }
            QVERIFY(refused);
            QCOMPARE(refused->value(), FailingCalls::error());
            here.send(std::string("next"));
            // The message is still there, or gone; the one after it is whole.
            const auto next = there.recv<std::string>(limit);
            QVERIFY(next == text || next == "next");
        }
    }

    void interruptedCallsAreRepeated() {
        QFETCH_GLOBAL(std::size_t, size);
        constexpr const char* interruptible = "send sendmsg recvmsg poll write pread";
        const std::string text(size, 'x');
        for (int number = 1; number < 8; ++number) {
            auto [here, there] = spork::Pipe();
            {
                const FailingCalls failing(number, EINTR, interruptible);
                here.send(text);
            }
            {
                const FailingCalls failing(number, EINTR, interruptible);
                QVERIFY(there.recv<std::string>(limit) == text);
            }
        }
    }

    void fullSocketIsWaitedFor() {
        QFETCH_GLOBAL(std::size_t, size);
        if (size > 1000) {
            return;  // only the socket itself says EAGAIN
        }
        auto [here, there] = spork::Pipe();
        for (int number = 1; number < 4; ++number) {
            const FailingCalls failing(number, EAGAIN, "send sendmsg recvmsg");
            here.send(number, limit);
            QCOMPARE(there.recv<int>(limit), number);
        }
    }

    void sendingHandles() {
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "file";
        const FileHandle file = FileHandle::truncate(path);
        for (int number = 1;; ++number) {
            auto [here, there] = spork::Pipe();
            bool failed = false;
            {
                const FailingCalls failing(number);
                try {
                    here.send(file);
                } catch (const std::system_error&) {
                }
                failed = !FailingCalls::failed().empty();
            }
            if (!failed) {
                there.recv<FileHandle>(limit).write("x");
                return;
            }
            here.send(file);
            there.recv<FileHandle>(limit).write("x");
        }
    }
};

const support::TestClass<TestFailingTransfer> registered;

}  // namespace

#include "transfer.moc"
