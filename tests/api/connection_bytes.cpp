// Bytes over connections: send_bytes, recv_bytes, recv_bytes_into, poll.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;
using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace {

constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz";

std::string text(std::span<const std::byte> bytes) {
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::string recv_text(const Connection& connection) {
    return text(connection.recv_bytes(std::nullopt, limit));
}

void echo_bytes(Connection there) {
    for (;;) {
        const std::vector<std::byte> message = there.recv_bytes();
        if (message.empty()) {
            return;
        }
        there.send_bytes(message);
    }
}

void send_texts(Connection there, std::vector<std::string> texts) {
    for (const std::string& text : texts) {
        there.send_bytes(text);
    }
}

void only_poll(Connection there, Connection report) {
    report.send(support::Word::ready);
    report.send(there.poll(limit));
}

class TestConnectionBytes : public support::MethodTest {
    Q_OBJECT

private slots:
    void echoOfAllSizes_data() {
        QTest::addColumn<int>("size");
        for (const int size : {1, 4095, 4096, 65536, 1 << 20, 16 << 20, 64 << 20}) {
            QTest::addRow("%d bytes", size) << size;
        }
    }
    void echoOfAllSizes() {
        QFETCH_GLOBAL(StartMethod, method);
        QFETCH(int, size);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, echo_bytes, there);
        there.close();
        std::vector<std::byte> message(static_cast<std::size_t>(size));
        for (std::size_t i = 0; i < message.size(); ++i) {
            message[i] = static_cast<std::byte>(i * 31 + i / 253);
        }
        here.send_bytes(message);
        QVERIFY(here.recv_bytes(std::nullopt, limit) == message);
        here.send_bytes("");
        QCOMPARE(child.exitcode(), std::optional(0));
        QVERIFY_THROWS_EXCEPTION(spork::EofError, here.recv_bytes());
    }

    void partsOfABuffer_data() {
        QTest::addColumn<int>("offset");
        QTest::addColumn<int>("size");  // -100: to the end
        QTest::addColumn<bool>("inside");
        QTest::newRow("all") << 0 << -100 << true;
        QTest::newRow("from 5") << 5 << -100 << true;
        QTest::newRow("8 from 7") << 7 << 8 << true;
        QTest::newRow("nothing at the end") << 26 << -100 << true;
        QTest::newRow("0 at the end") << 26 << 0 << true;
        QTest::newRow("from behind the end") << 27 << -100 << false;
        QTest::newRow("5 from 22") << 22 << 5 << false;
        QTest::newRow("1 at the end") << 26 << 1 << false;
        QTest::newRow("from -1") << -1 << -100 << false;
        QTest::newRow("-1 from 4") << 4 << -1 << false;
    }
    void partsOfABuffer() {
        QFETCH_GLOBAL(StartMethod, method);
        QFETCH(int, offset);
        QFETCH(int, size);
        QFETCH(bool, inside);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, echo_bytes, there);
        const auto count = size == -100 ? std::optional<std::ptrdiff_t>() : std::optional<std::ptrdiff_t>(size);
        if (!inside) {
            QVERIFY_THROWS_EXCEPTION(spork::UsageError, here.send_bytes(alphabet, offset, count));
            here.send_bytes("still good");
            QCOMPARE(recv_text(here), std::string("still good"));
            return;
        }
        here.send_bytes(alphabet, offset, count);
        const std::string part(alphabet.substr(static_cast<std::size_t>(offset),
                                               count ? static_cast<std::size_t>(*count) : std::string_view::npos));
        if (part.empty()) {
            QCOMPARE(child.exitcode(), std::optional(0));  // the echo ends at an empty message: it has come
        } else {
            QCOMPARE(recv_text(here), part);
        }
    }

    void intoABuffer() {
        auto [a, b] = spork::Pipe();
        const std::array<int, 4> numbers{1, 2, 3, 4};
        std::array<int, 10> buffer{};
        a.send_bytes(std::as_bytes(std::span(numbers)));
        QCOMPARE(b.recv_bytes_into(std::as_writable_bytes(std::span(buffer)), 0, limit), sizeof numbers);
        QVERIFY(buffer == (std::array<int, 10>{1, 2, 3, 4}));

        buffer = {};
        a.send_bytes(std::as_bytes(std::span(numbers)));
        QCOMPARE(b.recv_bytes_into(std::as_writable_bytes(std::span(buffer)), 3 * sizeof(int), limit), sizeof numbers);
        QVERIFY(buffer == (std::array<int, 10>{0, 0, 0, 1, 2, 3, 4}));

        a.send_bytes("");
        QCOMPARE(b.recv_bytes_into(std::as_writable_bytes(std::span(buffer)), sizeof buffer, limit), std::size_t(0));
    }

    void bufferTooShortCarriesTheMessage_data() {
        QTest::addColumn<int>("length");
        QTest::newRow("110 bytes") << 110;
        QTest::newRow("1 MiB") << (1 << 20);
    }
    void bufferTooShortCarriesTheMessage() {
        QFETCH(int, length);
        auto [a, b] = spork::Pipe();
        std::vector<std::byte> sent(static_cast<std::size_t>(length), std::byte{'x'});
        std::array<std::byte, 40> buffer{};
        std::thread sender([&a = a, &sent] {
            a.send_bytes(sent);
            a.send_bytes("next");
        });
        std::vector<std::byte> carried;
        try {
            b.recv_bytes_into(buffer, 0, limit);
        } catch (const spork::BufferTooShort& error) {
            carried = error.message();
        }
        QVERIFY(carried == sent);
        QVERIFY(std::all_of(buffer.begin(), buffer.end(), [](std::byte b) { return b == std::byte{0}; }));
        QCOMPARE(recv_text(b), std::string("next"));
        sender.join();
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, b.recv_bytes_into(buffer, 41, limit));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, b.recv_bytes_into(buffer, -1, limit));
    }

    void longerThanAllowedEndsReceiving() {
        auto [a, b] = spork::Pipe();
        a.send_bytes("1234");
        QCOMPARE(text(b.recv_bytes(4, limit)), std::string("1234"));
        a.send_bytes("");
        QCOMPARE(b.recv_bytes(0, limit).size(), std::size_t(0));
        a.send_bytes("12345");
        bool refused = false;
        try {
            b.recv_bytes(4, limit);
        } catch (const std::system_error& error) {
            refused = error.code() == std::errc::message_size;
        }
        QVERIFY(refused);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, b.recv_bytes(std::nullopt, limit));
        auto [c, d] = spork::Pipe();
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, d.recv_bytes(-1, limit));
    }

    void pollTakesNothing() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        const auto start = std::chrono::steady_clock::now();
        QVERIFY(!here.poll());
        QVERIFY(!here.poll(-1s));
        QVERIFY(!here.poll(support::moment));
        QVERIFY(std::chrono::steady_clock::now() - start >= support::moment);
        ChildGuard child(method, send_texts, there, std::vector<std::string>{"a", "b", "cd"});
        QVERIFY(here.poll(limit));
        QCOMPARE(recv_text(here), std::string("a"));
        QVERIFY(here.poll(limit));
        QVERIFY(here.poll(limit));
        QCOMPARE(recv_text(here), std::string("b"));
        for (int i = 0; i < 3; ++i) {
            QVERIFY(here.poll(limit));
        }
        QCOMPARE(recv_text(here), std::string("cd"));
        QVERIFY(!here.poll());
    }

    void emptyMessageIsAMessage() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        QVERIFY(!here.poll());
        ChildGuard child(method, send_texts, there,
                         std::vector<std::string>{"hello", "", "a", "b", "", "bye", "", "lop"});
        for (const char* expected : {"hello", "", "a", "b", "", "bye", "", "lop"}) {
            QVERIFY(here.poll(limit));
            QVERIFY(here.poll());
            QCOMPARE(recv_text(here), std::string(expected));
        }
        there.close();
        QCOMPARE(child.exitcode(), std::optional(0));
        QVERIFY(here.poll());  // the end can be received
        QVERIFY_THROWS_EXCEPTION(spork::EofError, here.recv_bytes());
    }

    // Another process that polls the same end must not swallow a part of a message.
    void pollElsewhereTakesNothing() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [reader, writer] = spork::Pipe(false);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, only_poll, reader, there);
        QCOMPARE(here.recv<support::Word>(limit), support::Word::ready);
        writer.send_bytes("first");
        writer.send_bytes("second");
        writer.close();
        QVERIFY(here.recv<bool>(limit));
        QCOMPARE(child.exitcode(), std::optional(0));
        QCOMPARE(recv_text(reader), std::string("first"));
        QCOMPARE(recv_text(reader), std::string("second"));
        QVERIFY_THROWS_EXCEPTION(spork::EofError, reader.recv_bytes());
    }
};

const support::TestClass<TestConnectionBytes> registered;

}  // namespace

#include "connection_bytes.moc"
