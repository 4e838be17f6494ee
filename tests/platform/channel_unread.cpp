// Handles in messages that nobody receives: they are not the sender's any more, and go with the channel.

#include "seam_test.hpp"

#include "platform/file.hpp"

#include <cstddef>

using namespace spork::platform;

namespace {

class TestUnreadHandles : public support::LeakTest {
    Q_OBJECT

private slots:
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
