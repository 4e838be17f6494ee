// What is sent is the value as it was when put, send or the constructor of a process took it: what its owner does to it
// afterwards, and when the receiver takes it, changes nothing.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;
using support::Word;

namespace {

/// Of each kind of memory: bytes that are copied at once, pieces that lie elsewhere, and a piece behind a pointer.
struct Letter {
    std::vector<char> bytes;
    std::map<std::string, std::vector<int>> pieces;
    std::shared_ptr<int> behind;
};

constexpr char before = 'a';
constexpr char after = 'b';

Letter letter_of(std::size_t size) {
    return {std::vector<char>(size, before),
            {{"a piece that does not lie in the map itself", {before}}},
            std::make_shared<int>(before)};
}

void rewrite(Letter& letter) {
    std::ranges::fill(letter.bytes, after);
    letter.pieces.begin()->second.front() = after;
    *letter.behind = after;
}

/// Where a letter differs from what it was when it was made; empty when it does not.
std::string changed(const Letter& letter, std::size_t size) {
    if (letter.bytes.size() != size) {
        return "size of the bytes";
    }
    if (std::ranges::count(letter.bytes, before) != static_cast<std::ptrdiff_t>(size)) {
        return "bytes";
    }
    if (letter.pieces.at("a piece that does not lie in the map itself").front() != before) {
        return "pieces";
    }
    return *letter.behind == before ? "" : "what the pointer points to";
}

/// A letter that cannot be copied.
using OnlyOne = std::unique_ptr<Letter>;

template <class Queue>
void take_letters(Queue queue, std::size_t size, int count, Connection parent) {
    parent.recv<Word>();  // not before its owner has changed it
    for (int i = 0; i < count; ++i) {
        parent.send(changed(queue.get(), size));
    }
}

void take_only_ones(spork::Queue<OnlyOne> queue, std::size_t size, int count, Connection parent) {
    parent.recv<Word>();
    for (int i = 0; i < count; ++i) {
        parent.send(changed(*queue.get(limit), size));
    }
}

void receive_letters(Connection letters, std::size_t size, int count, Connection parent) {
    for (int i = 0; i < count; ++i) {
        parent.send(changed(letters.recv<Letter>(limit), size));
    }
}

void look_at_arguments(const Letter& letter, const OnlyOne& only, std::size_t size, Connection parent) {
    parent.send(changed(letter, size));
    parent.send(changed(*only, size));
}

class TestSnapshot : public support::MethodTest {
    Q_OBJECT

    static constexpr int times = 3;

    static void add_sizes() {
        QTest::addColumn<std::size_t>("size");
        QTest::newRow("short") << std::size_t{8};
        QTest::newRow("some pages") << std::size_t{20'000};
        QTest::newRow("read in place") << (std::size_t{3} << 20) + 1;
    }

    template <class Queue>
    static void put_and_change() {
        QFETCH(std::size_t, size);
        const Queue queue;
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), take_letters<Queue>, queue, size, times, there);
        for (int i = 0; i < times; ++i) {
            Letter letter = letter_of(size);
            queue.put(letter);
            rewrite(letter);
        }
        here.send(Word::go);
        for (int i = 0; i < times; ++i) {
            QCOMPARE(here.recv<std::string>(limit), std::string());
        }
    }

private slots:
    void queue_data() { add_sizes(); }
    void queue() { put_and_change<spork::Queue<Letter>>(); }

    void joinableQueue_data() { add_sizes(); }
    void joinableQueue() { put_and_change<spork::JoinableQueue<Letter>>(); }

    void simpleQueue_data() { add_sizes(); }
    void simpleQueue() { put_and_change<spork::SimpleQueue<Letter>>(); }

    void moveOnlyItem_data() { add_sizes(); }
    void moveOnlyItem() {
        QFETCH(std::size_t, size);
        const spork::Queue<OnlyOne> queue;
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), take_only_ones, queue, size, times, there);
        for (int i = 0; i < times; ++i) {
            const OnlyOne letter = std::make_unique<Letter>(letter_of(size));
            queue.put(letter);
            rewrite(*letter);
        }
        here.send(Word::go);
        for (int i = 0; i < times; ++i) {
            QCOMPARE(here.recv<std::string>(limit), std::string());
        }
    }

    // The receiver reads while the sender writes: a large message goes while send waits, and not by reference afterwards.
    void connection_data() { add_sizes(); }
    void connection() {
        QFETCH(std::size_t, size);
        auto [here, there] = spork::Pipe();
        auto [letters, their_letters] = spork::Pipe();
        ChildGuard child(method(), receive_letters, their_letters, size, times, there);
        Letter letter;
        for (int i = 0; i < times; ++i) {
            letter = letter_of(size);
            letters.send(letter);
            rewrite(letter);
        }
        for (int i = 0; i < times; ++i) {
            QCOMPARE(here.recv<std::string>(limit), std::string());
        }
    }

    void argumentsOfAProcess_data() { add_sizes(); }
    void argumentsOfAProcess() {
        QFETCH(std::size_t, size);
        auto [here, there] = spork::Pipe();
        Letter letter = letter_of(size);
        // What the pointer points to is the caller's still, until the process starts.
        ChildGuard child(method(), look_at_arguments, letter, std::make_unique<Letter>(letter_of(size)), size, there);
        rewrite(letter);
        QCOMPARE(here.recv<std::string>(limit), std::string());
        QCOMPARE(here.recv<std::string>(limit), std::string());
    }

    void argumentsAreCopiedWhenTheProcessIsMade() {
        constexpr std::size_t size = 1000;
        auto [here, there] = spork::Pipe();
        std::vector<char> bytes(size, before);
        spork::Process process = spork::get_context(method()).Process(
            [](const std::vector<char>& copy, Connection parent) {
                parent.send(std::ranges::count(copy, before) == static_cast<std::ptrdiff_t>(copy.size()));
            },
            bytes, there);
        std::ranges::fill(bytes, after);
        process.start();
        QVERIFY(here.recv<bool>(limit));
        QVERIFY(process.join(limit));
    }
};

const support::TestClass<TestSnapshot> registered;

}  // namespace

#include "snapshots.moc"
