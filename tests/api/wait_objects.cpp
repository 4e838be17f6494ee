// Waiting for any of many: connections, sentinels, sockets.

#include "support/targets.hpp"
#include "support/tcp.hpp"
#include "support/test_case.hpp"
#include "support/threads.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using spork::Connection;
using spork::SocketHandle;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;
using support::Word;

namespace {

using Message = std::pair<int, spork::process_id>;

/// A pause of the sender, so that messages of several come mixed; nothing depends on its length.
void pause(bool slow, std::minstd_rand& random) {
    if (slow) {
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 10));
    }
}

void send_ten(Connection writer, bool slow) {
    std::minstd_rand random(static_cast<unsigned>(*spork::current_process().pid()));
    for (int i = 0; i < 10; ++i) {
        pause(slow, random);
        writer.send(Message(i, *spork::current_process().pid()));
    }
}

void send_ten_lines(SocketHandle socket, bool slow) {
    std::minstd_rand random(static_cast<unsigned>(*spork::current_process().pid()));
    for (int i = 0; i < 10; ++i) {
        pause(slow, random);
        support::tcp_send(socket, std::to_string(i) + "\n");
    }
}

struct ManyPipes {
    explicit ManyPipes(int count) {
        for (int i = 0; i < count; ++i) {
            auto [reader, writer] = spork::Pipe(false);
            readers.push_back(reader);
            writers.push_back(writer);
        }
    }
    std::vector<Connection> readers;
    std::vector<Connection> writers;
};

class TestWait : public support::MethodTest {
    Q_OBJECT

    static void speeds() {
        QTest::addColumn<bool>("slow");
        QTest::newRow("fast") << false;
        QTest::newRow("slow") << true;
    }

private slots:
    void allMessagesOfSeveralChildren_data() { speeds(); }
    void allMessagesOfSeveralChildren() {
        QFETCH_GLOBAL(StartMethod, method);
        QFETCH(bool, slow);
        std::vector<Connection> readers;
        std::vector<std::unique_ptr<ChildGuard>> children;
        std::vector<Message> expected;
        for (int i = 0; i < 4; ++i) {
            auto [reader, writer] = spork::Pipe(false);
            children.push_back(std::make_unique<ChildGuard>(method, send_ten, writer, slow));
            readers.push_back(reader);
            for (int j = 0; j < 10; ++j) {
                expected.emplace_back(j, (*children.back())->pid().value());
            }
        }
        std::vector<Message> messages;
        while (!readers.empty()) {
            const std::vector<Connection> ready = spork::wait(readers, limit);
            QVERIFY(!ready.empty());
            for (const Connection& reader : ready) {
                try {
                    messages.push_back(reader.recv<Message>());
                } catch (const spork::EofError&) {
                    std::erase(readers, reader);
                }
            }
        }
        std::sort(messages.begin(), messages.end());
        std::sort(expected.begin(), expected.end());
        QVERIFY(messages == expected);
    }

    void allLinesOfSeveralSockets_data() { speeds(); }
    void allLinesOfSeveralSockets() {
        QFETCH_GLOBAL(StartMethod, method);
        QFETCH(bool, slow);
        std::vector<std::pair<SocketHandle, std::string>> streams;
        std::vector<std::unique_ptr<ChildGuard>> children;
        for (int i = 0; i < 4; ++i) {
            auto [mine, theirs] = support::tcp_pair();
            children.push_back(std::make_unique<ChildGuard>(method, send_ten_lines, theirs, slow));
            theirs.close();
            streams.emplace_back(mine, "");
        }
        std::size_t open = streams.size();
        while (open != 0) {
            std::vector<spork::Waitable> sockets;
            std::vector<std::size_t> positions;
            for (std::size_t i = 0; i < streams.size(); ++i) {
                if (streams[i].first) {
                    sockets.emplace_back(streams[i].first);
                    positions.push_back(i);
                }
            }
            const std::vector<std::size_t> ready = spork::wait_indices(sockets, limit);
            QVERIFY(!ready.empty());
            for (const std::size_t index : ready) {
                auto& [socket, text] = streams[positions[index]];
                const std::string part = support::tcp_receive(socket);
                text += part;
                if (part.empty()) {
                    socket.close();
                    --open;
                }
            }
        }
        for (const auto& [socket, text] : streams) {
            QCOMPARE(text, std::string("0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"));
        }
    }

    void timePasses() {
        auto [a, b] = spork::Pipe();
        const auto start = std::chrono::steady_clock::now();
        QVERIFY(spork::wait({a, b}, 200ms).empty());
        QVERIFY(std::chrono::steady_clock::now() - start >= 200ms);
        b.send(1);
        QVERIFY(spork::wait(std::vector{a, b}, limit) == std::vector{a});
        QVERIFY(spork::wait(std::vector{a, b}) == std::vector{a});  // nothing was taken
        QVERIFY(spork::wait({a}, -1s).size() == 1);
        QVERIFY(spork::wait({b}, -1s).empty());
    }

    void sentinelsAmongConnections() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [a, a_writer] = spork::Pipe();
        auto [b, b_writer] = spork::Pipe();
        auto [here, there] = spork::Pipe();
        ChildGuard child(method, support::wait_for_go, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        const std::vector<spork::Waitable> all{a, child->sentinel(), b};
        QVERIFY(spork::wait_indices(all, 0s).empty());
        here.send(Word::go);
        QCOMPARE(support::shown(spork::wait_indices(all, limit)), std::string("[1]"));
        a_writer.send(1);
        QVERIFY(child->join(limit));
        QCOMPARE(support::shown(spork::wait_indices(all, limit)), std::string("[0, 1]"));
        b_writer.send(1);
        QCOMPARE(support::shown(spork::wait_indices(all, limit)), std::string("[0, 1, 2]"));
    }

    void closedEndIsReady() {
        auto [a, b] = spork::Pipe();
        b.close();
        QCOMPARE(spork::wait({a}, limit).size(), std::size_t(1));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, spork::wait({b}, 0s));
    }

    void nothingToWaitForTakesTheWholeTime() {
        const auto start = std::chrono::steady_clock::now();
        QVERIFY(spork::wait(std::vector<Connection>(), 50ms).empty());
        QVERIFY(std::chrono::steady_clock::now() - start >= 50ms);
    }

    void stopTokenEndsIt() {
        auto [a, b] = spork::Pipe();
        std::stop_source stop;
        std::thread stopper([&stop] { stop.request_stop(); });
        QVERIFY_THROWS_EXCEPTION(spork::CancelledError, spork::wait({a, b}, limit, stop.get_token()));
        stopper.join();
    }

    // See StopListener: the end of such a wait raced with the call that had woken it.
    void everyStopEndsItsWait() {
        auto [a, b] = spork::Pipe();
        const spork::Semaphore semaphore(0);
        for (int round = 0; round < 500; ++round) {
            std::stop_source stop;
            const std::jthread stopper([&stop] { stop.request_stop(); });
            QVERIFY_THROWS_EXCEPTION(spork::CancelledError, spork::wait({a, b}, limit, stop.get_token()));
            std::stop_source other;
            const std::jthread other_stopper([&other] { other.request_stop(); });
            QVERIFY_THROWS_EXCEPTION(spork::CancelledError, semaphore.acquire(true, limit, other.get_token()));
        }
    }

    // Windows waits for 64 objects at once.
    void threeHundredConnections() {
        const ManyPipes pipes(300);
        QVERIFY(spork::wait(pipes.readers, 0s).empty());
        for (const std::size_t index :
             {std::size_t(299), std::size_t(0), std::size_t(150), std::size_t(63), std::size_t(64)}) {
            pipes.writers[index].send(static_cast<int>(index));
            const std::vector<Connection> ready = spork::wait(pipes.readers, limit);
            QCOMPARE(ready.size(), std::size_t(1));
            QVERIFY(ready.front() == pipes.readers[index]);
            QCOMPARE(ready.front().recv<int>(limit), static_cast<int>(index));
        }
        for (const Connection& writer : pipes.writers) {
            writer.send(1);
        }
        QVERIFY(spork::wait(pipes.readers, limit) == pipes.readers);
    }

    void ninetyChildren() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        std::vector<std::unique_ptr<ChildGuard>> children;
        std::vector<spork::Sentinel> sentinels;
        for (int i = 0; i < 90; ++i) {
            children.push_back(std::make_unique<ChildGuard>(method, support::hold, there));
            sentinels.push_back((*children.back())->sentinel());
        }
        QVERIFY(spork::wait(sentinels, 0s).empty());
        (*children[80])->kill();
        QVERIFY(spork::wait(sentinels, limit) == std::vector{sentinels[80]});
        for (auto& child : children) {
            (*child)->kill();
        }
        for (auto& child : children) {
            QCOMPARE(child->exitcode(), std::optional(-9));
        }
        QCOMPARE(spork::wait(sentinels, 0s).size(), sentinels.size());
    }

    void severalThreadsMayWaitForTheSame() {
        auto [a, b] = spork::Pipe();
        std::atomic<int> woken = 0;
        support::Threads threads;
        for (int i = 0; i < 3; ++i) {
            threads.start([&woken, &a = a] { woken += static_cast<int>(spork::wait({a}, limit).size()); });
        }
        b.send(1);
        threads.join();
        QCOMPARE(woken.load(), 3);
    }
};

const support::TestClass<TestWait> registered;

}  // namespace

#include "wait_objects.moc"
