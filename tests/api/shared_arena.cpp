// SharedArena: containers that several processes fill together.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

using spork::Connection;
using spork::SharedArena;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;
using support::Word;

namespace shared = spork::shared;

namespace {

using Numbers = shared::vector<int>;
using Counts = shared::map<shared::string, int>;

/// An object of a user's own in an arena.
struct Book {
    explicit Book(const shared::allocator<std::byte>& allocator) : title(allocator), pages(allocator) {}
    using allocator_type = shared::allocator<std::byte>;

    shared::string title;
    shared::vector<shared::string> pages;
};

shared::string in(const SharedArena& arena, const std::string& text) {
    return shared::string(text.c_str(), arena.allocator<char>());
}

void fill(SharedArena arena, int first, int count) {
    auto& numbers = arena.find_or_make<Numbers>("numbers");
    auto& counts = arena.find_or_make<Counts>("counts");
    for (int i = 0; i < count; ++i) {
        const std::scoped_lock held(arena.get_lock());
        numbers.push_back(first + i);
        counts[in(arena, "a word that is too long to lie in the string itself: " + std::to_string(i % 10))] += 1;
    }
}

void write_book(Connection parent) {
    const auto arena = parent.recv<SharedArena>();
    auto& book = arena.find_or_make<Book>("book");
    arena.with([&] {
        book.title = "The shared book of a title that is not short";
        for (int i = 0; i < 100; ++i) {
            book.pages.push_back(in(arena, "page " + std::to_string(i)));
        }
    });
    parent.send(arena);
}

void die_holding(SharedArena arena, Connection parent) {
    const std::scoped_lock held(arena.get_lock());
    arena.find_or_make<Numbers>("numbers").push_back(1);
    support::hold(parent);
}

/// Allocates without end, so that it is killed while it does.
void allocate_for_ever(SharedArena arena, Connection parent) {
    parent.send(Word::ready);
    for (std::size_t size = 1;; size = size * 7 % 4099) {
        arena.free(arena.allocate(size), size);
    }
}

class TestSharedArena : public support::MethodTest {
    Q_OBJECT

    static StartMethod method() {
        QFETCH_GLOBAL(StartMethod, method);
        return method;
    }

private slots:
    void processesFillItTogether() {
        constexpr int each = 2000;
        const SharedArena arena;
        {
            ChildGuard one(method(), fill, arena, 0, each);
            ChildGuard two(method(), fill, arena, each, each);
            ChildGuard three(method(), fill, arena, 2 * each, each);
            fill(arena, 3 * each, each);
            QCOMPARE(one.exitcode(), std::optional(0));
            QCOMPARE(two.exitcode(), std::optional(0));
            QCOMPARE(three.exitcode(), std::optional(0));
        }
        const auto& numbers = *arena.find<Numbers>("numbers");
        std::vector<bool> seen(4 * each);
        for (const int number : numbers) {
            seen.at(static_cast<std::size_t>(number)) = true;
        }
        QCOMPARE(numbers.size(), seen.size());
        QCOMPARE(std::ranges::count(seen, true), std::ptrdiff_t{4 * each});
        int words = 0;
        for (const auto& [word, count] : *arena.find<Counts>("counts")) {
            QCOMPARE(count, 4 * each / 10);
            words += count;
        }
        QCOMPARE(words, 4 * each);
    }

    void reachesAChildThatRunsAlreadyAndComesBack() {
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), write_book, there);
        const SharedArena arena({.capacity = std::size_t{1} << 30, .name = "library"});
        here.send(arena);
        const auto same = here.recv<SharedArena>(limit);
        QVERIFY(same == arena);
        QCOMPARE(same.name(), std::string("library"));
        QCOMPARE(child.exitcode(), std::optional(0));
        const Book& book = *arena.find<Book>("book");
        QVERIFY(book.title == "The shared book of a title that is not short");
        QCOMPARE(book.pages.size(), std::size_t{100});
        QVERIFY(book.pages.back() == "page 99");
        QVERIFY(same.find<Book>("book")->pages.front() == "page 0");  // another address, the same book
    }

    void lockTellsOfADeadHolder() {
        const SharedArena arena;
        auto [here, there] = spork::Pipe();
        ChildGuard child(method(), die_holding, arena, there);
        QCOMPARE(here.recv<Word>(limit), Word::ready);
        child->kill();
        const std::scoped_lock held(arena.get_lock());
        QVERIFY(arena.get_lock().abandoned());
        arena.get_lock().make_consistent();
        arena.find<Numbers>("numbers")->push_back(2);
    }

    // What it does all the time is in the arena's own books, so that is where it is killed nearly always.
    void othersGoOnWhereverOneIsKilled() {
        const SharedArena arena({.capacity = std::size_t{1} << 20});
        auto& numbers = arena.find_or_make<Numbers>("numbers");
        const std::size_t free_at_first = arena.free_size();
        constexpr int kills = 15;
        for (int i = 0; i < kills; ++i) {
            auto [here, there] = spork::Pipe();
            ChildGuard child(method(), allocate_for_ever, arena, there);
            QCOMPARE(here.recv<Word>(limit), Word::ready);
            child->kill();
            void* const memory = arena.allocate(10'000);
            arena.free(memory, 10'000);
            numbers.push_back(i);
            child.exitcode();
        }
        for (int i = 0; i < kills; ++i) {
            QCOMPARE(numbers.at(static_cast<std::size_t>(i)), i);
        }
        // Each may have taken a piece along.
        QVERIFY(arena.free_size() + kills * 4200 + 1000 > free_at_first);
        std::vector<void*> pieces;
        try {
            for (;;) {
                pieces.push_back(arena.allocate(1000));
            }
        } catch (const spork::ArenaFull&) {
        }
        QVERIFY(pieces.size() > ((std::size_t{1} << 20) - kills * 4200) / 1100);
        for (void* const piece : pieces) {
            arena.free(piece, 1000);
        }
    }
};

class TestSharedArenaAlone : public support::LeakTest {
    Q_OBJECT

private slots:
    void namesAreOfOneTypeEach() {
        const SharedArena arena;
        QVERIFY(arena.find<int>("number") == nullptr);
        int& number = arena.find_or_make<int>("number", 7);
        QCOMPARE(number, 7);
        QCOMPARE(&arena.find_or_make<int>("number", 8), &number);
        QCOMPARE(arena.find<int>("number"), &number);
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, arena.find<double>("number"));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, arena.find_or_make<Numbers>("number"));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, arena.destroy<Numbers>("number"));
        arena.find_or_make<int>("other", 1);
        arena.find_or_make<int>("third", 2);
        QVERIFY(arena.destroy<int>("other"));
        QVERIFY(!arena.destroy<int>("other"));
        QCOMPARE(*arena.find<int>("number"), 7);
        QVERIFY(arena.destroy<int>("third"));
        QVERIFY(arena.destroy<int>("number"));
        QVERIFY(arena.find<int>("number") == nullptr);
    }

    void fullArenaSaysSoAndGoesOn() {
        const SharedArena arena({.capacity = 1 << 20, .name = "small"});
        auto& numbers = arena.find_or_make<Numbers>("numbers");
        std::size_t filled = 0;
        try {
            for (;; ++filled) {
                numbers.push_back(static_cast<int>(filled));
            }
        } catch (const spork::ArenaFull& error) {
            const std::string text = error.what();
            QVERIFY2(text.find("\"small\" of 1048576 bytes") != std::string::npos, error.what());
        }
        QCOMPARE(numbers.size(), filled);
        QVERIFY(filled > 50'000);
        QCOMPARE(numbers.back(), static_cast<int>(filled) - 1);
        QVERIFY_THROWS_EXCEPTION(std::bad_alloc, arena.allocate(std::size_t{1} << 60));
        QVERIFY_THROWS_EXCEPTION(std::bad_alloc, arena.allocate(SIZE_MAX));
        QVERIFY_THROWS_EXCEPTION(spork::ArenaFull, arena.allocator<double>().allocate(SIZE_MAX / 2));
        numbers.clear();
        numbers.shrink_to_fit();
        arena.free(arena.allocate(700'000), 700'000);
    }

    void growsAndIsUsedAgain() {
        const SharedArena arena;
        const std::size_t at_first = arena.size();
        QVERIFY(at_first < arena.capacity());
        std::vector<void*> pieces;
        for (int i = 0; i < 50; ++i) {
            pieces.push_back(arena.allocate(1 << 20));
            static_cast<char*>(pieces.back())[(1 << 20) - 1] = 'x';
        }
        const std::size_t grown = arena.size();
        QVERIFY(grown > std::size_t{50} << 20);
        for (void* const piece : pieces) {
            arena.free(piece, 1 << 20);
        }
        QVERIFY(arena.free_size() > std::size_t{49} << 20);
        arena.free(arena.allocate(std::size_t{50} << 20), std::size_t{50} << 20);
        QCOMPARE(arena.size(), grown);
    }

    void manySizesKeepTheirBytes() {
        const SharedArena arena;
        std::vector<std::pair<unsigned char*, std::size_t>> pieces;
        for (unsigned round = 0; round < 20'000; ++round) {
            const std::size_t size = round * 2654435761u % 5000;
            if (pieces.size() == 50) {
                const auto [memory, bytes] = pieces[round % 50];
                for (std::size_t i = 0; i < bytes; ++i) {
                    QCOMPARE(memory[i], static_cast<unsigned char>(bytes));
                }
                arena.free(memory, bytes);
                pieces.erase(pieces.begin() + round % 50);
            }
            auto* const memory = static_cast<unsigned char*>(arena.allocate(size));
            std::fill_n(memory, size, static_cast<unsigned char>(size));
            pieces.emplace_back(memory, size);
        }
        for (const auto& [memory, bytes] : pieces) {
            arena.free(memory, bytes);
        }
        QVERIFY(arena.free_size() > arena.size() - 4096);
    }

    void memoryIsAligned() {
        const SharedArena arena;
        for (const std::size_t alignment : {1, 8, 16, 32, 64, 256, 4096}) {
            void* const memory = arena.allocate(100, alignment);
            QCOMPARE(reinterpret_cast<std::uintptr_t>(memory) % alignment, std::uintptr_t{0});
            arena.free(memory, 100);
        }
    }

    void objectsWithoutAName() {
        const SharedArena arena;
        const std::size_t free_at_first = arena.free_size();
        auto& chain = arena.make<shared::vector<shared::pointer<Book>>>();
        for (int i = 0; i < 10; ++i) {
            chain.push_back(&arena.make<Book>());
            chain.back()->title = "a title that needs room outside of the string";
        }
        QVERIFY(chain[9]->title == chain[0]->title);
        for (const auto& book : chain) {
            arena.destroy(*book);
        }
        arena.destroy(chain);
        QCOMPARE(arena.free_size(), free_at_first);
    }

    void otherContainers() {
        const SharedArena arena;
        auto& list = arena.find_or_make<shared::list<int>>("list");
        auto& deque = arena.find_or_make<shared::deque<double>>("deque");
        auto& set = arena.find_or_make<shared::set<int>>("set");
        for (int i = 0; i < 1000; ++i) {
            list.push_front(i);
            deque.push_back(i);
            set.insert(i % 10);
        }
        QCOMPARE(list.size() + deque.size() + set.size(), std::size_t{2010});
    }

    void impossibleCapacities() {
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, SharedArena(0));
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, SharedArena(-1));
        QVERIFY_THROWS_EXCEPTION(std::system_error, SharedArena(SIZE_MAX));
        QVERIFY(SharedArena(4096).free_size() > 3000);
    }

    void otherObjectsAreNoArenas() {
        auto [here, there] = spork::Pipe();
        here.send(spork::Lock());
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, there.recv<SharedArena>());
    }
};

const support::TestClass<TestSharedArena> registered;
const support::TestClass<TestSharedArenaAlone> registered_alone;

}  // namespace

#include "shared_arena.moc"
