// Several processes and threads at one end: whole messages, each to one reader, whoever dies when.

#include "support/targets.hpp"
#include "support/test_case.hpp"
#include "support/threads.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <random>
#include <thread>
#include <utility>
#include <vector>

using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;
using support::Word;

namespace {

/// A message that shows whether it is whole: who, which, and a size and content that follow from both.
struct Parcel {
    std::uint32_t sender = 0;
    std::uint32_t number = 0;
    std::vector<std::uint32_t> content;
};

Parcel make_parcel(std::uint32_t sender, std::uint32_t number) {
    std::minstd_rand random(sender * 1000 + number + 1);
    // 1 B to 1 MiB: mostly small, so that many fit into a pipe and some do not.
    const std::uint32_t sizes[] = {0, 1, 30, 700, 4096, 20'000, 262'144};
    Parcel parcel{sender, number, std::vector<std::uint32_t>(sizes[random() % std::size(sizes)])};
    std::generate(parcel.content.begin(), parcel.content.end(), std::ref(random));
    return parcel;
}

bool is_whole(const Parcel& parcel) {
    return parcel.content == make_parcel(parcel.sender, parcel.number).content;
}

void send_parcels(Connection writer, std::uint32_t sender, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
        writer.send(make_parcel(sender, i));
    }
}

void send_parcels_for_ever(Connection writer, std::uint32_t sender) {
    for (std::uint32_t i = 0;; ++i) {
        writer.send(make_parcel(sender, i));
    }
}

using Seen = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

/// Takes messages until the end; reports which, and stops at the first that is not whole.
void receive_parcels(Connection reader, Connection report) {
    Seen seen;
    try {
        for (;;) {
            const auto parcel = reader.recv<Parcel>();
            if (!is_whole(parcel)) {
                throw spork::Exit{3};
            }
            seen.emplace_back(parcel.sender, parcel.number);
        }
    } catch (const spork::EofError&) {
        report.send(seen);
    }
}

Seen all_of(std::uint32_t senders, std::uint32_t count) {
    Seen all;
    for (std::uint32_t sender = 0; sender < senders; ++sender) {
        for (std::uint32_t i = 0; i < count; ++i) {
            all.emplace_back(sender, i);
        }
    }
    return all;
}

class TestConnectionSharing : public support::MethodTest {
    Q_OBJECT

private slots:
    void messagesOfSeveralWritersAreNeverMixed() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [reader, writer] = spork::Pipe(false);
        std::vector<std::unique_ptr<ChildGuard>> writers;
        for (std::uint32_t sender = 0; sender < 4; ++sender) {
            writers.push_back(std::make_unique<ChildGuard>(method, send_parcels, writer, sender, 40u));
        }
        writer.close();
        Seen seen;
        std::vector<std::uint32_t> next(4, 0);
        for (int i = 0; i < 160; ++i) {
            const auto parcel = reader.recv<Parcel>(limit);
            QVERIFY(is_whole(parcel));
            QCOMPARE(parcel.number, next[parcel.sender]++);  // each sender's in order
            seen.emplace_back(parcel.sender, parcel.number);
        }
        std::sort(seen.begin(), seen.end());
        QVERIFY(seen == all_of(4, 40));
        QVERIFY_THROWS_EXCEPTION(spork::EofError, reader.recv<Parcel>(limit));
        for (auto& child : writers) {
            QCOMPARE(child->exitcode(), std::optional(0));
        }
    }

    void eachMessageGoesToOneOfSeveralReaders() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [reader, writer] = spork::Pipe(false);
        auto [reports, report] = spork::Pipe(false);
        std::vector<std::unique_ptr<ChildGuard>> children;
        for (int i = 0; i < 3; ++i) {
            children.push_back(std::make_unique<ChildGuard>(method, receive_parcels, reader, report));
        }
        for (std::uint32_t sender = 0; sender < 2; ++sender) {
            children.push_back(std::make_unique<ChildGuard>(method, send_parcels, writer, sender, 60u));
        }
        reader.close();
        writer.close();
        Seen seen;
        for (int i = 0; i < 3; ++i) {
            const Seen part = reports.recv<Seen>(limit);
            seen.insert(seen.end(), part.begin(), part.end());
        }
        std::sort(seen.begin(), seen.end());
        QVERIFY(seen == all_of(2, 60));
        for (auto& child : children) {
            QCOMPARE(child->exitcode(), std::optional(0));
        }
    }

    // The writer dies wherever it is: between messages, in the middle of one, while it holds what guards the end.
    void killedWriterLeavesWholeMessagesOnly() {
        QFETCH_GLOBAL(StartMethod, method);
        std::minstd_rand random(7);
        for (int round = 0; round < 12; ++round) {
            auto [reader, writer] = spork::Pipe(false);
            ChildGuard killed(method, send_parcels_for_ever, writer, 0u);
            ChildGuard other(method, send_parcels, writer, 1u, 20u);
            writer.close();
            const std::uint32_t before = random() % 30;
            std::uint32_t from_killed = 0;
            std::uint32_t from_other = 0;
            while (from_killed + from_other < before) {
                const auto parcel = reader.recv<Parcel>(limit);
                QVERIFY(is_whole(parcel));
                ++(parcel.sender == 0 ? from_killed : from_other);
            }
            killed->kill();
            try {
                for (;;) {
                    const auto parcel = reader.recv<Parcel>(limit);
                    QVERIFY(is_whole(parcel));
                    std::uint32_t& expected = parcel.sender == 0 ? from_killed : from_other;
                    QCOMPARE(parcel.number, expected++);  // none is lost or repeated
                }
            } catch (const spork::EofError&) {
            }
            QCOMPARE(from_other, 20u);
            QCOMPARE(other.exitcode(), std::optional(0));
        }
    }

    void killedReaderHoldsNobodyUp() {
        QFETCH_GLOBAL(StartMethod, method);
        std::minstd_rand random(11);
        for (int round = 0; round < 6; ++round) {
            auto [reader, writer] = spork::Pipe(false);
            auto [reports, report] = spork::Pipe(false);
            ChildGuard killed(method, receive_parcels, reader, report);
            ChildGuard other(method, receive_parcels, reader, report);
            reader.close();
            const std::uint32_t count = 20 + random() % 20;
            for (std::uint32_t i = 0; i < count; ++i) {
                writer.send(make_parcel(0, i), limit);
                if (i == 10) {
                    killed->kill();
                }
            }
            writer.close();
            const Seen seen = reports.recv<Seen>(limit);
            QVERIFY(std::is_sorted(seen.begin(), seen.end()));
            QVERIFY(!seen.empty());
            QCOMPARE(other.exitcode(), std::optional(0));
        }
    }

    void threadsMaySendAndReceiveAtOnce() {
        auto [a, b] = spork::Pipe();
        std::vector<Seen> seen(3);
        support::Threads threads;
        for (std::uint32_t sender = 0; sender < 3; ++sender) {
            threads.start([sender, &a = a] { send_parcels(a, sender, 30); });
        }
        for (Seen& mine : seen) {
            threads.start([&mine, &b = b] {
                for (int i = 0; i < 30; ++i) {
                    const auto parcel = b.recv<Parcel>(limit);
                    if (is_whole(parcel)) {
                        mine.emplace_back(parcel.sender, parcel.number);
                    }
                }
            });
        }
        threads.join();
        Seen all;
        for (const Seen& mine : seen) {
            all.insert(all.end(), mine.begin(), mine.end());
        }
        std::sort(all.begin(), all.end());
        QVERIFY(all == all_of(3, 30));
    }

    void bothDirectionsCarryLargeMessagesAtOnce() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(
            method,
            [](Connection c) {
                std::thread sender([&c] { send_parcels(c, 0, 40); });
                for (std::uint32_t i = 0; i < 40; ++i) {
                    if (!is_whole(c.recv<Parcel>())) {
                        throw spork::Exit{3};
                    }
                }
                sender.join();
            },
            there);
        std::thread sender([&here = here] { send_parcels(here, 1, 40); });
        for (std::uint32_t i = 0; i < 40; ++i) {
            const auto parcel = here.recv<Parcel>(limit);
            QVERIFY(is_whole(parcel));
            QCOMPARE(parcel.number, i);
        }
        sender.join();
        QCOMPARE(child.exitcode(), std::optional(0));
    }
};

const support::TestClass<TestConnectionSharing> registered;

}  // namespace

#include "connection_sharing.moc"
