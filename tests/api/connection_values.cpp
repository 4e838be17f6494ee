// Values over connections: one-way and duplex, all sizes, wrong types, time limits, the end.

#include "support/targets.hpp"
#include "support/test_case.hpp"
#include "support/thrown.hpp"

#include <spork/spork.hpp>

#include <cstddef>
#include <map>
#include <stop_token>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

using namespace std::chrono_literals;
using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;
using support::message_of;
using support::Word;

namespace {

void echo_strings(Connection there) {
    try {
        for (;;) {
            there.send(there.recv<std::string>());
        }
    } catch (const spork::EofError&) {
    }
}

using Mixed = std::tuple<int, double, std::optional<int>, std::vector<std::string>, std::map<std::string, int>>;

void echo_mixed(Connection there) {
    there.send(there.recv<Mixed>());
}

void send_number(Connection there, int number) {
    there.send(number);
}

class TestConnectionValues : public support::MethodTest {
    Q_OBJECT

private slots:
    void valueOfManyPartsComesBack() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, echo_mixed, there);
        const Mixed value{1, 2.25, std::nullopt, {"a", "", "b"}, {{"x", 1}, {"y", -2}}};
        here.send(value);
        QVERIFY(here.recv<Mixed>(limit) == value);
    }

    void allSizesComeBack_data() {
        QTest::addColumn<int>("size");
        for (const int size : {0, 1, 2, 511, 512, 513, 4095, 4096, 65535, 65536, 65537, 1 << 20, 16 << 20}) {
            QTest::addRow("%d bytes", size) << size;
        }
    }
    void allSizesComeBack() {
        QFETCH_GLOBAL(StartMethod, method);
        QFETCH(int, size);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, echo_strings, there);
        there.close();
        std::string text(static_cast<std::size_t>(size), ' ');
        for (std::size_t i = 0; i < text.size(); ++i) {
            text[i] = static_cast<char>(i * 7 + i / 251);
        }
        here.send(text);
        QVERIFY(here.recv<std::string>(limit) == text);
        here.close();
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void messagesKeepTheirOrder() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, echo_strings, there);
        for (int i = 0; i < 100; ++i) {
            here.send(std::to_string(i));
        }
        for (int i = 0; i < 100; ++i) {
            QCOMPARE(here.recv<std::string>(limit), std::to_string(i));
        }
    }

    void literalArrivesAsString() {
        auto [a, b] = spork::Pipe();
        a.send("egon");
        QCOMPARE(b.recv<std::string>(limit), std::string("egon"));
    }

    void oneWayEndsKnowTheirDirection() {
        auto [reader, writer] = spork::Pipe(false);
        QVERIFY(reader.readable());
        QVERIFY(!reader.writable());
        QVERIFY(!writer.readable());
        QVERIFY(writer.writable());
        writer.send(1);
        QCOMPARE(reader.recv<int>(limit), 1);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, reader.send(2));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, reader.send_bytes("2"));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, writer.recv<int>());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, writer.recv_bytes());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, writer.try_recv<int>());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, writer.poll());
    }

    void duplexEndsDoBoth() {
        auto [a, b] = spork::Pipe();
        for (const Connection& end : {a, b}) {
            QVERIFY(end.readable());
            QVERIFY(end.writable());
        }
        a.send(1);
        b.send(2);
        QCOMPARE(a.recv<int>(limit), 2);
        QCOMPARE(b.recv<int>(limit), 1);
    }

    void oneWayEndsGoToChildren() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [reader, writer] = spork::Pipe(false);
        ChildGuard child(method, send_number, writer, 1729);
        writer.close();
        QCOMPARE(reader.recv<int>(limit), 1729);
        QVERIFY_THROWS_EXCEPTION(spork::EofError, reader.recv<int>(limit));
    }

    void parentMayCloseTheChildsEndAtOnce() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, echo_strings, there);
        there.close();
        here.send("hello");
        QCOMPARE(here.recv<std::string>(limit), std::string("hello"));
        here.close();
        QCOMPARE(child.exitcode(), std::optional(0));
    }

    void endOfTheOtherEndIsNoticedAfterTheLastMessage() {
        auto [a, b] = spork::Pipe();
        b.send(1);
        b.send(2);
        b.close();
        QCOMPARE(a.recv<int>(limit), 1);
        QCOMPARE(a.recv<int>(limit), 2);
        QVERIFY(a.poll());
        QVERIFY_THROWS_EXCEPTION(spork::EofError, a.recv<int>(limit));
        QVERIFY_THROWS_EXCEPTION(spork::EofError, a.try_recv<int>());
        QVERIFY_THROWS_EXCEPTION(spork::EofError, a.recv_bytes());
        QVERIFY(a.readable());
        QVERIFY(a.writable());
        bool broken = false;
        try {
            a.send(3);
        } catch (const std::system_error& error) {
            broken = error.code() == std::errc::broken_pipe;
        }
        QVERIFY(broken);
    }

    void endOfAKilledChildIsNoticed() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, support::hold, there);
        there.close();
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        child->kill();
        QVERIFY_THROWS_EXCEPTION(spork::EofError, here.recv<Word>(limit));
    }

    void otherTypeThanSentIsAnErrorAndOnlyThatMessageIsLost() {
        auto [a, b] = spork::Pipe();
        a.send(1.5);
        a.send(std::string("after"));
        const std::string message = message_of([&b = b] { b.recv<int>(limit); });
        QVERIFY2(message.find("int") != std::string::npos, message.c_str());
        QCOMPARE(b.recv<std::string>(limit), std::string("after"));
        a.send_bytes("no value at all");
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, b.recv<int>(limit));
        a.send(std::vector<int>{1});
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, b.recv<std::vector<unsigned>>(limit));
        a.send(std::vector<int>{1});
        QVERIFY(b.recv<std::vector<int>>(limit) == std::vector<int>{1});
    }

    void partsOfAValueAreRefused() {
        auto [a, b] = spork::Pipe();
        a.send(std::vector<std::string>{"one", "", "three"});
        std::vector<std::byte> message = b.recv_bytes();
        for (std::size_t size = 0; size <= message.size() + 1; ++size) {
            std::vector<std::byte> part = message;
            part.resize(size);
            a.send_bytes(part);
            if (size == message.size()) {
                QCOMPARE(b.recv<std::vector<std::string>>(limit), (std::vector<std::string>{"one", "", "three"}));
            } else {
                QVERIFY_THROWS_EXCEPTION(spork::TransferError, b.recv<std::vector<std::string>>(limit));
            }
        }
    }

    void timeLimitsAreKept() {
        auto [a, b] = spork::Pipe();
        QVERIFY(!a.try_recv<int>());
        const auto start = std::chrono::steady_clock::now();
        QVERIFY_THROWS_EXCEPTION(spork::TimeoutError, a.recv<int>(50ms));
        QVERIFY(!a.try_recv<int>(50ms));
        QVERIFY_THROWS_EXCEPTION(spork::TimeoutError, a.recv_bytes(std::nullopt, 50ms));
        QVERIFY(std::chrono::steady_clock::now() - start >= 150ms);
        QVERIFY_THROWS_EXCEPTION(spork::TimeoutError, a.recv<int>(-1s));
        QVERIFY_THROWS_EXCEPTION(spork::TimeoutError, a.recv<int>(std::chrono::steady_clock::now()));
        b.send(5);
        QCOMPARE(a.recv<int>(-1s), 5);
        b.send(6);
        QCOMPARE(a.try_recv<int>(), std::optional(6));
    }

    void sendInTimeOrNotAtAll() {
        auto [a, b] = spork::Pipe();
        const std::string text(100'000, 'x');
        int sent = 0;
        try {
            for (; sent < 10'000; ++sent) {
                a.send(text, 20ms);
            }
        } catch (const spork::TimeoutError&) {
        }
        QVERIFY(sent < 10'000);  // no pipe holds 1 GB
        QVERIFY_THROWS_EXCEPTION(spork::TimeoutError, a.send_bytes(text, 0, std::nullopt, 0s));
        for (int i = 0; i < sent; ++i) {
            QVERIFY(b.recv<std::string>(limit) == text);
        }
        QVERIFY(!b.poll());  // nothing of what did not fit in time
        a.send(7, limit);
        QCOMPARE(b.recv<int>(limit), 7);
    }

    void stopTokenEndsBlockingCalls() {
        auto [a, b] = spork::Pipe();
        std::stop_source stop;
        std::thread stopper([&stop, &a = a] {
            a.poll(50ms);  // lets the receiver block first, in most runs
            stop.request_stop();
        });
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, b.recv<int>(limit, stop.get_token()));
        stopper.join();
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, b.recv<int>(limit, stop.get_token()));
        QVERIFY(!b.poll(limit, stop.get_token()));
        a.send(8);
        QCOMPARE(b.recv<int>(limit), 8);
    }

    void blockedSendCanBeStopped() {
        auto [a, b] = spork::Pipe();
        std::stop_source stop;
        std::thread stopper([&stop, &b = b] {
            b.poll(limit);  // the first part has come: the sender is at work
            stop.request_stop();
        });
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, [&a = a, &stop] {
            for (;;) {
                a.send(std::string(1 << 20, 'x'), limit, stop.get_token());
            }
        }());
        stopper.join();
    }

    void closedEndsRefuse() {
        auto [a, b] = spork::Pipe();
        Connection copy = a;
        QVERIFY(copy == a);
        QVERIFY(!(a == b));
        QVERIFY(!a.closed());
        a.close();
        a.close();
        QVERIFY(copy.closed());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, copy.send(1));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, copy.recv<int>());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, copy.poll());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, copy.fileno());
        const Connection never;
        QVERIFY(never.closed());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, never.send(1));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, never.poll());
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, never.fileno());
    }

    void scopeClosesBothEnds() {
        Connection kept;
        {
            auto [a, b] = spork::Pipe();
            a.send(1729);
            QCOMPARE(b.recv<int>(limit), 1729);
            kept = b;
        }
        QVERIFY(!kept.closed());
        QVERIFY_THROWS_EXCEPTION(spork::EofError, kept.recv<int>(limit));  // the last copy of the other end is gone
        QVERIFY(kept.fileno() != -1);
    }

    void closedEndCannotTravel() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [a, b] = spork::Pipe();
        auto [c, d] = spork::Pipe();
        c.close();
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, a.send(c));
        spork::Process p = spork::get_context(method).Process(echo_strings, c);
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, p.start());
        QVERIFY(!p.pid());
    }
};

const support::TestClass<TestConnectionValues> registered;

}  // namespace

#include "connection_values.moc"
