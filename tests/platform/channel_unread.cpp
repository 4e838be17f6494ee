// Handles in messages that nobody receives: they are not the sender's any more, and go with the channel.

#include "seam_test.hpp"

#include "platform/file.hpp"

#include <cstddef>
#include <thread>

using namespace spork::platform;
using support::limit;
using support::moment;

namespace {

class TestUnreadHandles : public support::LeakTest {
    Q_OBJECT

private slots:
    void stayForALateReceiver_data() {
        QTest::addColumn<bool>("firstSends");
        QTest::newRow("sent by the first end") << true;
        QTest::newRow("sent by the second end") << false;
    }
    void stayForALateReceiver() {
        QFETCH(bool, firstSends);
        auto pipe = make_byte_pipe();
        auto pair = make_channel(true);
        Handle& sender = firstSends ? pair->first : pair->second;
        Handle& receiver = firstSends ? pair->second : pair->first;
        seam::send_text(sender.get(), "received late", {{pipe->writer.get()}});
        sender.reset();
        pipe->writer.reset();

        std::this_thread::sleep_for(5 * moment);  // nothing may look at the closed end and take it for a lost message

        Message message;
        QCOMPARE(channel_receive(receiver.get(), message, seam::within(limit)), std::error_code());
        QCOMPARE(message.handles.size(), std::size_t(1));
        const std::byte sent{'x'};
        QCOMPARE(write_all(message.handles.front().get(), {&sent, 1}), std::error_code());
        std::byte byte{};
        QCOMPARE(*read_some(pipe->reader.get(), {&byte, 1}), std::size_t(1));
    }

    void goWithTheChannel() {
        auto pipe = make_byte_pipe();
        {
            const auto pair = make_channel(true);
            seam::send_text(pair->second.get(), "never received", {{pipe->writer.get()}});
        }
        pipe->writer.reset();
        std::byte byte{};
        QCOMPARE(*read_some(pipe->reader.get(), {&byte, 1}), std::size_t(0));
    }
};

const support::TestClass<TestUnreadHandles> registered;

}  // namespace

#include "channel_unread.moc"
