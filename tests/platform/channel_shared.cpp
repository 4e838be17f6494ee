// Channels whose ends several threads and processes hold.

#include "seam_test.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <thread>
#include <vector>

using namespace spork::platform;
using namespace std::chrono_literals;
using seam::launcher_of_this_row;
using seam::plan_for;
using seam::within;
using support::limit;

namespace {

constexpr int writers = 4;
constexpr int messages_each = 300;

/// One writer's numbered message, long enough that a mixture would show.
std::string numbered(int writer, int number) {
    return std::to_string(writer) + ":" + std::to_string(number) + ":" +
           std::string(static_cast<std::size_t>(number * 37 % 3000), static_cast<char>('a' + writer));
}

class TestSharedChannel : public support::MethodTest {
    Q_OBJECT

    /// Counts what several receivers got; each message goes to one of them, and none is lost or mixed.
    static void require_all(std::vector<std::string> received) {
        std::vector<std::string> expected;
        for (int writer = 0; writer < writers; ++writer) {
            for (int number = 0; number < messages_each; ++number) {
                expected.push_back(numbered(writer, number));
            }
        }
        std::sort(received.begin(), received.end());
        std::sort(expected.begin(), expected.end());
        QVERIFY(received == expected);
    }

private slots:
    void threadsSendOnOneEnd() {
        auto pair = make_channel(true);
        std::vector<std::jthread> senders;
        for (int writer = 0; writer < writers; ++writer) {
            senders.emplace_back([&pair, writer] {
                for (int number = 0; number < messages_each; ++number) {
                    seam::send_text(pair->second.get(), numbered(writer, number));
                }
            });
        }
        std::vector<std::string> received;
        for (int i = 0; i < writers * messages_each; ++i) {
            received.push_back(seam::receive_text(pair->first.get()));
        }
        require_all(std::move(received));
    }

    void threadsReceiveOnOneEnd() {
        auto pair = make_channel(true);
        std::array<std::vector<std::string>, 3> received;
        std::vector<std::jthread> receivers;
        for (auto& mine : received) {
            receivers.emplace_back([&mine, &pair] {
                Message message;
                while (!channel_receive(pair->first.get(), message, Patience())) {
                    mine.push_back(seam::text_of(message));
                }
            });
        }
        for (int writer = 0; writer < writers; ++writer) {
            for (int number = 0; number < messages_each; ++number) {
                QCOMPARE(seam::send_text(pair->second.get(), numbered(writer, number)), std::error_code());
            }
        }
        pair->second.reset();
        receivers.clear();
        std::vector<std::string> all;
        for (const auto& mine : received) {
            all.insert(all.end(), mine.begin(), mine.end());
        }
        require_all(std::move(all));
    }

    void childEchoesMessagesAndHandles() {
        seam::SeamChild child(launcher_of_this_row(), plan_for(launcher_of_this_row(), "echo"));
        for (const std::size_t size : {0u, 1u, 49'152u, 49'153u, 3'000'000u}) {
            const std::string sent(size, 'x');
            auto pair = make_channel(true);
            QCOMPARE(seam::send_text(child->control(), sent, {{pair->second.get()}}), std::error_code());
            Message message;
            QCOMPARE(channel_receive(child->control(), message, within(limit)), std::error_code());
            QVERIFY(seam::text_of(message) == sent);
            QCOMPARE(message.handles.size(), std::size_t(1));
            // It is the same object, however it travelled.
            seam::send_text(message.handles.front().get(), "same");
            QCOMPARE(seam::receive_text(pair->first.get()), std::string("same"));
        }
    }

    void lastHolderEndsTheChannel() {
        auto pair = make_channel(true);
        std::vector<seam::SeamChild> holders;
        for (int i = 0; i < 3; ++i) {
            LaunchPlan plan = plan_for(launcher_of_this_row(), "hold");
            const Attachment held{pair->second.get()};
            plan.attachments = {&held, 1};
            holders.emplace_back(launcher_of_this_row(), plan);
            QCOMPARE(holders.back().text(), std::string("ready"));
        }
        pair->second.reset();
        Message message;
        while (!holders.empty()) {
            QVERIFY(channel_receive(pair->first.get(), message, within(0s)) == std::errc::timed_out);
            holders.pop_back();
        }
        QVERIFY(channel_receive(pair->first.get(), message, within(limit)) == std::errc::connection_reset);
    }
};

const support::TestClass<TestSharedChannel> registered;

}  // namespace

#include "channel_shared.moc"
