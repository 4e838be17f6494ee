// Death at every instant of a step in an arena's books (see every_instant.cpp): afterwards the others get memory and give
// it back, no piece lies in another, and no more is lost than what the dead process had in its hands.

#include "instant_test.hpp"

#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace {

using spork::SharedArena;

/// A piece full of bytes of its own.
class Piece {
public:
    Piece(const SharedArena& arena, std::size_t size, char letter)
        : bytes_(static_cast<char*>(arena.allocate(size)), size), letter_(letter) {
        std::ranges::fill(bytes_, letter);
    }

    bool whole() const {
        return std::ranges::all_of(bytes_, [this](char byte) { return byte == letter_; });
    }
    void give_back(const SharedArena& arena) const { arena.free(bytes_.data(), bytes_.size()); }

private:
    std::span<char> bytes_;
    char letter_;
};

/// An arena, what has been there before, and how much was free then.
struct Stock {
    SharedArena arena;
    std::vector<Piece> pieces;
    std::size_t free;
};

/// With some free blocks between pieces.
Stock stock(std::size_t capacity) {
    const SharedArena arena({.capacity = capacity});
    std::vector<Piece> pieces;
    for (int i = 0; i < 12; ++i) {
        pieces.emplace_back(arena, 40 * static_cast<std::size_t>(i + 1), static_cast<char>('a' + i));
    }
    for (const std::size_t place : {9U, 4U, 2U}) {
        pieces[place].give_back(arena);
        pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(place));
    }
    return {arena, pieces, arena.free_size()};
}

class TestArenaInstants : public stress::InstantTest {
    Q_OBJECT

    static constexpr std::size_t first_size = std::size_t{64} << 10;

    /// `most` is what the operation may have taken, with what the heap needs for it.
    static void goes_on(const Stock& stock, std::size_t most) {
        const SharedArena& arena = stock.arena;
        const std::size_t free = arena.free_size();
        const std::size_t grown = arena.size() - first_size;
        QVERIFY(free <= stock.free + grown);
        QVERIFY2(free + most >= stock.free + grown, std::to_string(stock.free + grown - free).c_str());
        std::vector<Piece> pieces;
        try {
            for (int i = 0; i < 300; ++i) {
                pieces.emplace_back(arena, 16 + static_cast<std::size_t>(i * 37 % 900),
                                    static_cast<char>('A' + i % 26));
            }
        } catch (const spork::ArenaFull&) {
        }
        QVERIFY(pieces.size() > 50);
        QVERIFY(std::ranges::all_of(pieces, &Piece::whole));
        QVERIFY(std::ranges::all_of(stock.pieces, &Piece::whole));
        for (const Piece& piece : pieces) {
            piece.give_back(arena);
        }
        QCOMPARE(arena.free_size(), free + arena.size() - first_size - grown);
    }

    /// A step in the books is a thousand instructions: with each third of them the test would take minutes on a busy machine.
    template <class Before, class After>
    static void kill_coarsely(Before before, After after) {
        kill_everywhere(before, after, {.coarse = 3});
    }

    /// The operation is done twice, once before the steps: it is told which of the two it is.
    template <class Work>
    static Operation<Stock> twice(Stock stock, Work work) {
        return {stock, [arena = stock.arena, work, turn = std::make_shared<std::size_t>()] { work(arena, (*turn)++); }};
    }

private slots:
    void allocate() {
        kill_coarsely(
            [] { return twice(stock(first_size), [](const SharedArena& arena, std::size_t) { arena.allocate(100); }); },
            [](auto& operation) { goes_on(operation.object, 2 * 128); });
    }

    // What is left before and after it are blocks of their own.
    void allocateAligned() {
        kill_coarsely(
            [] {
                return twice(stock(first_size),
                             [](const SharedArena& arena, std::size_t) { arena.allocate(300, 256); });
            },
            [](auto& operation) { goes_on(operation.object, 2 * 352); });
    }

    void freeBetweenFreeOnes() {
        kill_coarsely(
            [] {
                Stock made = stock(first_size);
                std::vector<void*> between;
                for (int i = 0; i < 2; ++i) {
                    void* const one = made.arena.allocate(1000);
                    between.push_back(made.arena.allocate(1000));
                    void* const three = made.arena.allocate(1000);
                    made.pieces.emplace_back(made.arena, 100, static_cast<char>('x' + i));
                    made.arena.free(one, 1000);
                    made.arena.free(three, 1000);
                }
                made.free = made.arena.free_size() + 2 * 1008;
                return twice(
                    made, [between](const SharedArena& arena, std::size_t turn) { arena.free(between[turn], 1000); });
            },
            [](auto& operation) { goes_on(operation.object, 2 * 1024); });
    }

    void grow() {
        kill_coarsely(
            [] {
                return twice(stock(std::size_t{1} << 20), [](const SharedArena& arena, std::size_t turn) {
                    arena.allocate(130'000 + turn * 130'000);
                });
            },
            [](auto& operation) { goes_on(operation.object, 390'100); });
    }

    void nameAnObject() {
        kill_coarsely(
            [] {
                return twice(stock(first_size), [](const SharedArena& arena, std::size_t turn) {
                    arena.find_or_make<int>(turn == 0 ? "before" : "number", 7);
                });
            },
            [](auto& operation) {
                const SharedArena& arena = operation.object.arena;
                QVERIFY(arena.destroy<int>("before"));
                const int* const found = arena.find<int>("number");
                QVERIFY(!found || *found == 7);
                QCOMPARE(arena.find_or_make<int>("number", 7), 7);
                QVERIFY(arena.destroy<int>("number"));
                QVERIFY(!arena.find<int>("number"));
                goes_on(operation.object, 200);
            });
    }

    void destroyANamedObject() {
        kill_coarsely(
            [] {
                Stock made = stock(first_size);
                made.arena.find_or_make<int>("before", 7);
                made.arena.find_or_make<int>("number", 7);
                return twice(made, [](const SharedArena& arena, std::size_t turn) {
                    arena.destroy<int>(turn == 0 ? "before" : "number");
                });
            },
            [](auto& operation) {
                const SharedArena& arena = operation.object.arena;
                QVERIFY(!arena.find<int>("before"));
                QCOMPARE(arena.find_or_make<int>("number", 7), 7);
                QVERIFY(arena.destroy<int>("number"));
                goes_on(operation.object, 200);
            });
    }
};

const support::TestClass<TestArenaInstants> registered;

}  // namespace

#include "arena_instants.moc"
