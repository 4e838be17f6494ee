// The heap of an arena in memory of this process: after each step the row of its blocks and its lists are looked through,
// word by word, as its header describes them.

#include "arena_heap.hpp"

#include "support/test_case.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <new>
#include <random>
#include <string>
#include <vector>

using spork::detail::ArenaBooks;
using spork::detail::ArenaHeap;
using spork::detail::Draft;
using spork::detail::DraftPage;
using spork::detail::StateWord;

namespace {

constexpr std::uint64_t capacity = 1 << 20;
constexpr std::uint64_t books_place = 64;

/// An arena's memory without an arena. Its first bytes lie as they do under Windows: aligned to 64 and to no more.
class Memory {
public:
    explicit Memory(std::uint64_t size)
        : bytes_(static_cast<std::byte*>(::operator new(capacity + 64, std::align_val_t(4096)))) {
        std::memset(begin(), 0, capacity);
        heap_ = ArenaHeap(begin(), books_place, capacity);
        heap_.make(size);
    }
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;
    ~Memory() { ::operator delete(bytes_, std::align_val_t(4096)); }

    ArenaHeap& heap() noexcept { return heap_; }
    std::byte* begin() const noexcept { return bytes_ + 64; }
    ArenaBooks& books() const noexcept { return *reinterpret_cast<ArenaBooks*>(begin() + books_place); }

    std::uint64_t word(std::uint64_t place) const noexcept {
        std::uint64_t result = 0;
        std::memcpy(&result, begin() + place, sizeof result);
        return result;
    }

    /// What is wrong; empty when nothing is. `used` are the places in use.
    std::string fault(const std::map<std::uint64_t, std::uint64_t>& used) const {
        std::map<std::uint64_t, std::uint64_t> free;
        std::uint64_t free_bytes = 0;
        std::size_t in_use = 0;
        std::uint64_t block = heap_.first_block();
        bool after_free = false;
        const std::uint64_t end = heap_.size() - 8;
        while (block < end) {
            const std::uint64_t head = word(block);
            const std::uint64_t size = head & ~std::uint64_t{15};
            if (size < 32 || block + size > end) {
                return "size of the block at " + std::to_string(block);
            }
            if (((head & 2) != 0) != after_free) {
                return "what the block at " + std::to_string(block) + " says of the one before";
            }
            after_free = (head & 1) != 0;
            if (after_free) {
                if ((head & 2) != 0) {
                    return "two free blocks that touch";
                }
                if (word(block + size - 8) != size) {
                    return "last word of the free block at " + std::to_string(block);
                }
                free[block] = size;
                free_bytes += size;
            } else {
                const auto known = used.find(block + 8);
                if (known == used.end() || known->second > size - 8) {
                    return "the block in use at " + std::to_string(block);
                }
                ++in_use;
            }
            block += size;
        }
        if (block != end || word(end) != (after_free ? 2U : 0U)) {
            return "the end";
        }
        if (in_use != used.size() || free_bytes != heap_.free_bytes()) {
            return "the sums";
        }
        return fault_of_lists(free);
    }

private:
    std::string fault_of_lists(std::map<std::uint64_t, std::uint64_t> free) const {
        const std::uint64_t heads = books_place + sizeof(ArenaBooks);
        for (std::uint64_t list = 0; heads + list * 8 + 8 < heap_.first_block(); ++list) {
            std::uint64_t before = 0;
            std::uint64_t smallest = UINT64_MAX;
            std::uint64_t largest = 0;
            for (std::uint64_t block = word(heads + list * 8); block != 0; block = word(block + 8)) {
                const auto known = free.find(block);
                if (known == free.end() || word(block + 16) != before) {
                    return "list " + std::to_string(list);
                }
                smallest = std::min(smallest, known->second);
                largest = std::max(largest, known->second);
                free.erase(known);
                before = block;
            }
            if (before != 0 && largest - smallest > smallest / 8) {
                return "sizes in list " + std::to_string(list);
            }
            if (((books().filled[list / 64].load() >> list % 64 & 1) != 0) != (before != 0)) {
                return "bit of list " + std::to_string(list);
            }
        }
        return free.empty() ? "" : "a free block in no list";
    }

    std::byte* bytes_;
    ArenaHeap heap_{nullptr, 0, 0};
};

class TestArenaHeap : public support::LeakTest {
    Q_OBJECT

private slots:
    void newHeapIsOneFreeBlock() {
        Memory memory(65536);
        QCOMPARE(memory.fault({}), std::string());
        QCOMPARE(memory.heap().size(), std::uint64_t{65536});
        QVERIFY(memory.heap().free_bytes() > 63000);
    }

    void booksAreRightAfterEveryStep() {
        Memory memory(65536);
        ArenaHeap& heap = memory.heap();
        std::mt19937 random(7);
        std::map<std::uint64_t, std::uint64_t> used;
        const std::uint64_t free_at_first = heap.free_bytes();
        for (int step = 0; step < 20'000; ++step) {
            if (random() % 2 == 0 || used.empty()) {
                const std::uint64_t bytes = random() % 8 == 0 ? random() % 20'000 : random() % 300;
                const std::uint64_t alignment = random() % 4 == 0 ? std::uint64_t{1} << random() % 10 : 1;
                if (const std::uint64_t place = heap.allocate(bytes, alignment, random() % 2 == 0)) {
                    QCOMPARE(reinterpret_cast<std::uintptr_t>(memory.begin() + place) % alignment, std::uintptr_t{0});
                    QVERIFY(used.emplace(place, bytes).second);
                    std::memset(memory.begin() + place, 0xFF, bytes);
                } else if (heap.size() < capacity && random() % 4 == 0) {
                    heap.grow(std::min(capacity, heap.size() + 16 * (1 + random() % 5000)));
                }
            } else {
                const auto piece = std::next(used.begin(), static_cast<std::ptrdiff_t>(random() % used.size()));
                heap.free(piece->first);
                used.erase(piece);
            }
            QCOMPARE(memory.fault(used), std::string());
        }
        for (const auto& [place, bytes] : used) {
            heap.free(place);
        }
        QCOMPARE(memory.fault({}), std::string());
        QCOMPARE(heap.free_bytes(), free_at_first + heap.size() - 65536);
    }

    void lastPieceThatFitsIsFound() {
        Memory memory(65536);
        ArenaHeap& heap = memory.heap();
        // Twenty free blocks of 1008 bytes between others, all in one list; then one of 1024 that was freed before them.
        std::vector<std::uint64_t> holes{heap.allocate(1016, 1, false)};
        std::map<std::uint64_t, std::uint64_t> used{{heap.allocate(1, 1, false), 1}};
        for (int i = 0; i < 20; ++i) {
            holes.push_back(heap.allocate(960, 1, false));
            used.emplace(heap.allocate(1, 1, false), 1);
        }
        while (const std::uint64_t place = heap.allocate(1000, 1, false)) {
            used.emplace(place, 1000);
        }
        while (const std::uint64_t place = heap.allocate(1, 1, true)) {
            used.emplace(place, 1);
        }
        for (const std::uint64_t hole : holes) {
            heap.free(hole);
        }
        QCOMPARE(memory.fault(used), std::string());
        const std::uint64_t place = heap.allocate(1000, 1, true);
        QCOMPARE(place, holes.front());
        used.emplace(place, 1000);
        QCOMPARE(heap.allocate(1000, 1, true), std::uint64_t{0});
        const std::uint64_t other = heap.allocate(960, 1, false);
        QVERIFY(other != 0);
        used.emplace(other, 960);
        QCOMPARE(memory.fault(used), std::string());
    }

    void draftIsWholeOrNothing() {
        constexpr std::size_t words = 6;
        for (std::size_t made = 0; made <= words; ++made) {
            std::vector<StateWord> memory(words);
            auto* const base = reinterpret_cast<std::byte*>(memory.data());
            DraftPage page;
            {
                Draft draft(page, base);
                for (std::size_t i = 0; i < words; ++i) {
                    draft.write(8 * i, i);
                    QCOMPARE(draft.read(8 * i), std::uint64_t{i});
                    draft.write(8 * i, draft.read(8 * i) + 10);
                }
            }  // its process was killed before it committed
            Draft::redo(page, base, 8 * words);
            QVERIFY(std::ranges::all_of(memory, [](const StateWord& word) { return word == 0; }));
            page.count = words;  // after, when so many changes had been made
            for (std::size_t i = 0; i < made; ++i) {
                memory[i] = i + 10;
            }
            Draft::redo(page, base, 8 * words);
            for (std::size_t i = 0; i < words; ++i) {
                QCOMPARE(memory[i].load(), std::uint64_t{i + 10});
            }
            QCOMPARE(page.count.load(), std::uint64_t{0});
        }
    }

    void draftReadsWhatItWroteWhereverItLies() {
        std::vector<StateWord> memory(1000);
        DraftPage page;
        Draft draft(page, reinterpret_cast<std::byte*>(memory.data()));
        for (const std::uint64_t place : {0, 512, 1024, 8, 520}) {  // three of them with one mark, then two
            draft.write(place, place + 1);
        }
        memory[2 * 64 * 3] = 9;
        for (const std::uint64_t place : {0, 512, 1024, 8, 520}) {
            QCOMPARE(draft.read(place), place + 1);
        }
        QCOMPARE(draft.read(8 * 2 * 64 * 3), std::uint64_t{9});
        QCOMPARE(memory[0].load(), std::uint64_t{0});
        draft.commit();
        QCOMPARE(memory[64].load(), std::uint64_t{513});
    }

    void draftOfCorruptMemoryWritesNowhereElse() {
        std::vector<StateWord> memory(4);
        DraftPage page;
        page.count = 1000;
        page.entries[3].place = std::uint64_t{1} << 60;
        page.entries[0].value = 5;
        Draft::redo(page, reinterpret_cast<std::byte*>(memory.data()), 32);
        QCOMPARE(memory[0].load(), std::uint64_t{0});
        QCOMPARE(page.count.load(), std::uint64_t{0});
    }
};

const support::TestClass<TestArenaHeap> registered;

}  // namespace

#include "arena_heap.moc"
