// Channels in one process: sizes, attachments, limits, ends.

#include "seam_test.hpp"

#include "platform/channel.hpp"
#include "platform/file.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

using namespace spork::platform;
using namespace std::chrono_literals;
using seam::within;
using support::limit;
using support::moment;

namespace {

using Clock = std::chrono::steady_clock;

/// Bytes of which each depends on its place.
std::vector<std::byte> pattern(std::size_t size) {
    std::vector<std::byte> bytes(size);
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<std::byte>(i * 31 + (i >> 8));
    }
    return bytes;
}

ChannelPair channel(bool duplex = true) {
    auto pair = make_channel(duplex);
    if (!pair) {
        qFatal("no channel: %s", pair.error().message().c_str());
    }
    return std::move(*pair);
}

class TestChannel : public support::LeakTest {
    Q_OBJECT

private slots:
    void messageArrivesWhole_data() {
        QTest::addColumn<std::size_t>("size");
        for (const std::size_t size :
             {std::size_t{0}, std::size_t{1}, std::size_t{511}, std::size_t{8191}, std::size_t{8192}, std::size_t{8193},
              std::size_t{49151}, std::size_t{49152}, std::size_t{49153}, std::size_t{65536}, std::size_t{1} << 20,
              (std::size_t{16} << 20) + 1}) {
            QTest::addRow("%zu", size) << size;
        }
    }
    void messageArrivesWhole() {
        QFETCH(std::size_t, size);
        const auto [here, there] = channel();
        const auto sent = pattern(size);
        std::jthread sender([&there = there, &sent] { channel_send(there.get(), sent, {}, Patience()); });
        Message message;
        QCOMPARE(channel_receive(here.get(), message, within(limit)), std::error_code());
        QVERIFY(std::equal(message.bytes.begin(), message.bytes.end(), sent.begin(), sent.end()));
        QVERIFY(message.handles.empty());
    }

    void messagesStayInOrderAndApart() {
        const auto [here, there] = channel();
        constexpr std::size_t count = 300;
        const auto size_of = [](std::size_t i) { return i * 7919 % 70'000; };
        std::jthread sender([&there = there, size_of] {
            for (std::size_t i = 0; i < count; ++i) {
                channel_send(there.get(), std::vector<std::byte>(size_of(i), static_cast<std::byte>(i)), {},
                             Patience());
            }
        });
        Message message;
        for (std::size_t i = 0; i < count; ++i) {
            QCOMPARE(channel_receive(here.get(), message, within(limit)), std::error_code());
            QCOMPARE(message.bytes.size(), size_of(i));
            QVERIFY(message.bytes.empty() || message.bytes.back() == static_cast<std::byte>(i));
        }
    }

    void bothDirectionsOfADuplexChannel() {
        const auto [here, there] = channel();
        seam::send_text(here.get(), "to there");
        seam::send_text(there.get(), "to here");
        QCOMPARE(seam::receive_text(here.get()), std::string("to here"));
        QCOMPARE(seam::receive_text(there.get()), std::string("to there"));
    }

    void oneWayFromSecondToFirst() {
        const auto [here, there] = channel(false);
        seam::send_text(there.get(), "one way");
        QCOMPARE(seam::receive_text(here.get()), std::string("one way"));
    }

    void attachmentsArriveInOrder_data() {
        QTest::addColumn<int>("count");
        for (const int count : {0, 1, 2, 64, 199, 200}) {
            QTest::addRow("%d", count) << count;
        }
    }
    void attachmentsArriveInOrder() {
        QFETCH(int, count);
        const auto [here, there] = channel();
        std::vector<BytePipe> pipes;
        std::vector<Attachment> attachments;
        for (int i = 0; i < count; ++i) {
            pipes.push_back(std::move(*make_byte_pipe()));
            attachments.push_back({pipes.back().writer.get()});
        }
        QCOMPARE(seam::send_text(there.get(), "handles", attachments), std::error_code());
        Message message;
        QCOMPARE(channel_receive(here.get(), message, within(limit)), std::error_code());
        QCOMPARE(seam::text_of(message), std::string("handles"));
        QCOMPARE(message.handles.size(), static_cast<std::size_t>(count));
        for (std::size_t i = 0; i < message.handles.size(); ++i) {
            const auto letter = static_cast<std::byte>(i);
            QCOMPARE(write_all(message.handles[i].get(), {&letter, 1}), std::error_code());
            std::byte read{};
            QCOMPARE(*read_some(pipes[i].reader.get(), {&read, 1}), std::size_t(1));
            QCOMPARE(read, letter);
        }
    }

    void attachmentsTravelWithLargeMessages() {
        const auto [here, there] = channel();
        auto pipe = make_byte_pipe();
        const Attachment attachment{pipe->writer.get()};
        const auto sent = pattern(std::size_t{1} << 20);
        std::jthread sender([&, &there = there] { channel_send(there.get(), sent, {&attachment, 1}, Patience()); });
        Message message;
        QCOMPARE(channel_receive(here.get(), message, within(limit)), std::error_code());
        QCOMPARE(message.bytes.size(), sent.size());
        QCOMPARE(message.handles.size(), std::size_t(1));
    }

    void oneAttachmentTooManyIsRefused() {
        const auto [here, there] = channel();
        const std::vector<Attachment> attachments(max_attachments + 1, Attachment{here.get()});
        QVERIFY(seam::send_text(there.get(), "too many", attachments) == std::errc::argument_list_too_long);
        seam::send_text(there.get(), "next");
        QCOMPARE(seam::receive_text(here.get()), std::string("next"));
    }

    void receiveEndsAtTheDeadline() {
        const auto [here, there] = channel();
        Message message;
        const auto begin = Clock::now();
        QVERIFY(channel_receive(here.get(), message, within(moment)) == std::errc::timed_out);
        QVERIFY(Clock::now() - begin >= moment);
    }

    void receiveWithADeadlineInThePastPolls() {
        const auto [here, there] = channel();
        Message message;
        QVERIFY(channel_receive(here.get(), message, within(-1h)) == std::errc::timed_out);
        seam::send_text(there.get(), "there");
        QCOMPARE(channel_receive(here.get(), message, within(-1h)), std::error_code());
    }

    void sendEndsAtTheDeadlineWhenTheChannelIsFull() {
        const auto [here, there] = channel();
        const auto bytes = pattern(4096);
        std::error_code error;
        int sent = 0;
        for (; !error && sent < 100'000; ++sent) {
            error = channel_send(there.get(), bytes, {}, within(moment));
        }
        QVERIFY2(error == std::errc::timed_out, error.message().c_str());
        // What was refused is not there, not even in part.
        Message message;
        for (int received = 1; received < sent; ++received) {
            QCOMPARE(channel_receive(here.get(), message, within(limit)), std::error_code());
            QCOMPARE(message.bytes.size(), bytes.size());
        }
        QVERIFY(channel_receive(here.get(), message, within(0s)) == std::errc::timed_out);
    }

    void stopSignalEndsAWait() {
        const auto [here, there] = channel();
        const auto signal = make_signal();
        std::jthread raiser([&signal] { raise_signal(signal->get()); });
        Message message;
        const Patience patience{Clock::now() + limit, signal->get()};
        QVERIFY(channel_receive(here.get(), message, patience) == std::errc::operation_canceled);
    }

    void messageThatIsThereComesBeforeTheStopSignal() {
        const auto [here, there] = channel();
        const auto signal = make_signal();
        raise_signal(signal->get());
        seam::send_text(there.get(), "there");
        Message message;
        QCOMPARE(channel_receive(here.get(), message, {Clock::now() + limit, signal->get()}), std::error_code());
        QCOMPARE(seam::text_of(message), std::string("there"));
    }

    void queuedMessagesOutliveTheirSender() {
        auto [here, there] = channel();
        seam::send_text(there.get(), "first");
        seam::send_text(there.get(), "second");
        there.reset();
        QCOMPARE(seam::receive_text(here.get()), std::string("first"));
        QCOMPARE(seam::receive_text(here.get()), std::string("second"));
        Message message;
        QVERIFY(channel_receive(here.get(), message, within(limit)) == std::errc::connection_reset);
        QVERIFY(channel_receive(here.get(), message, within(limit)) == std::errc::connection_reset);
    }

    void endIsSeenByAWaitingReceiver() {
        auto [here, there] = channel();
        std::jthread closer([end = std::move(there)]() mutable { end.reset(); });
        Message message;
        QVERIFY(channel_receive(here.get(), message, within(limit)) == std::errc::connection_reset);
    }

    void sendingToNobodyIsABrokenPipe() {
        auto [here, there] = channel();
        seam::send_text(here.get(), "unread");
        there.reset();
        QVERIFY(seam::send_text(here.get(), "lost") == std::errc::broken_pipe);
        QVERIFY(channel_send(here.get(), pattern(std::size_t{1} << 20), {}, Patience()) == std::errc::broken_pipe);
    }

    void senderThatWaitsSeesTheEnd() {
        auto [here, there] = channel();
        std::jthread closer([end = std::move(there)]() mutable {
            // Something has come: the sender is on its way.
            Message message;
            static_cast<void>(channel_receive(end.get(), message, within(limit)));
            end.reset();
        });
        std::error_code error;
        const auto bytes = pattern(4096);
        for (int i = 0; !error && i < 100'000; ++i) {
            error = channel_send(here.get(), bytes, {}, within(limit));
        }
        QVERIFY2(error == std::errc::broken_pipe, error.message().c_str());
    }
};

const support::TestClass<TestChannel> registered;

}  // namespace

#include "channel.moc"
