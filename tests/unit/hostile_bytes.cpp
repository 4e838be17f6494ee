// Bytes that no Writer wrote: cut off, changed, invented. Each must be a TransferError or some value; nothing else, and
// in bounded memory.

#include "support/test_case.hpp"

#include <spork/transferable.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <forward_list>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

using spork::Reader;
using spork::TransferError;
using spork::Writer;

namespace {

struct Leaf {
    std::string name;
    std::variant<std::monostate, int, std::vector<std::string>> choice;
    std::optional<double> weight;
    std::bitset<12> flags;
    bool yes = false;
};

struct Tree {
    Leaf leaf;
    std::vector<Tree> children;
    std::map<std::string, std::shared_ptr<Leaf>> named;
    std::unique_ptr<Tree> next;
};

struct Everything {
    Tree tree;
    std::tuple<std::vector<bool>, std::deque<std::string>> sequences;
    std::list<int> list;
    std::forward_list<std::string> forward_list;
    std::set<std::string> set;
    std::unordered_map<int, std::vector<double>> map;
    std::array<int, 2> array;
    std::filesystem::path path;
    std::u16string wide;
    std::vector<std::vector<std::uint8_t>> numbers;
};

Everything everything() {
    Tree tree;
    tree.leaf = {"root", std::vector<std::string>{"a", "bc"}, 1.5, 0b1010, true};
    tree.children.resize(2);
    tree.named["shared"] = std::make_shared<Leaf>(tree.leaf);
    tree.named["again"] = tree.named["shared"];
    tree.next = std::make_unique<Tree>();
    return {
        std::move(tree), {{true, false, true}, {"d", ""}}, {1, 2}, {"f"}, {"s", "t"}, {{1, {0.5}}}, {3, 4}, "a/b", u"u",
        {{1, 2, 3}, {}}};
}

std::vector<std::byte> bytes_of(const Everything& value) {
    Writer writer;
    writer.write(value);
    return {writer.bytes().begin(), writer.bytes().end()};
}

enum class Outcome { value, refused };

Outcome read(std::span<const std::byte> bytes) {
    Reader reader(bytes);
    try {
        reader.read<Everything>();
        reader.expect_end();
        return Outcome::value;
    } catch (const TransferError&) {
        return Outcome::refused;
    }
}

class TestHostileBytes : public QObject {
    Q_OBJECT

private slots:
    void whatWasWrittenIsRead() { QCOMPARE(read(bytes_of(everything())), Outcome::value); }

    void everyTruncationIsRefused() {
        const std::vector<std::byte> bytes = bytes_of(everything());
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            // In memory of exactly this size, so that a sanitizer sees a step too far.
            const std::vector<std::byte> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
            QCOMPARE(read(cut), Outcome::refused);
        }
    }

    void oneByteMoreIsRefused() {
        std::vector<std::byte> bytes = bytes_of(everything());
        bytes.push_back(std::byte{0});
        QCOMPARE(read(bytes), Outcome::refused);
    }

    // Every byte takes every value that is likely to hurt; a crash or another exception ends the test.
    void changedBytesAreRefusedOrAnotherValue() {
        const std::vector<std::byte> bytes = bytes_of(everything());
        int refused = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            for (const int value : {0x00, 0x01, 0x02, 0x7f, 0x80, 0xfe, 0xff}) {
                std::vector<std::byte> changed = bytes;
                changed[i] = static_cast<std::byte>(value);
                refused += read(changed) == Outcome::refused;
            }
        }
        QVERIFY(refused > 100);
    }

    void mutationsAreRefusedOrAnotherValue() {
        const std::vector<std::byte> bytes = bytes_of(everything());
        std::mt19937 random(20240229);
        int refused = 0;
        for (int round = 0; round < 20'000; ++round) {
            std::vector<std::byte> changed = bytes;
            for (unsigned change = 0; change <= random() % 4; ++change) {
                const auto at = changed.begin() + static_cast<std::ptrdiff_t>(random() % changed.size());
                switch (random() % 4) {
                    case 0:
                        *at = static_cast<std::byte>(random());
                        break;
                    case 1:
                        *at ^= std::byte(1u << random() % 8);
                        break;
                    case 2:
                        changed.erase(at, at + std::min<std::ptrdiff_t>(8, changed.end() - at));
                        break;
                    default:
                        changed.insert(at, 8, static_cast<std::byte>(random()));
                        break;
                }
                if (changed.empty()) {
                    break;
                }
            }
            refused += read(changed) == Outcome::refused;
        }
        QVERIFY(refused > 1000);
    }

    void inventedBytesAreRefusedOrAValue() {
        std::mt19937 random(7);
        for (int round = 0; round < 20'000; ++round) {
            std::vector<std::byte> bytes(random() % 400);
            // Mostly zeros: counts that are not absurd lead deeper into the decoder.
            std::generate(bytes.begin(), bytes.end(),
                          [&random] { return std::byte(random() % 4 ? 0 : random() % 256); });
            read(bytes);
        }
    }

    // A count is believed only as far as bytes can follow it.
    void countsDoNotOrderMemory() {
        for (const std::uint64_t count : {std::uint64_t(1) << 32, std::uint64_t(1) << 62, ~std::uint64_t(0)}) {
            Writer writer;
            writer.write_number(count);
            const auto refuses = [&writer]<class T>(std::type_identity<T>) {
                try {
                    Reader(writer.bytes()).read<T>();
                } catch (const TransferError&) {
                    return true;
                }
                return false;
            };
            QVERIFY(refuses(std::type_identity<std::string>()));
            QVERIFY(refuses(std::type_identity<std::vector<std::uint64_t>>()));
            QVERIFY(refuses(std::type_identity<std::vector<std::string>>()));
            QVERIFY(refuses(std::type_identity<std::map<int, int>>()));
            QVERIFY(refuses(std::type_identity<std::vector<std::monostate>>()));
        }
    }

    void badValuesOfOneByteAreRefused() {
        Writer writer;
        writer.write_number(std::uint8_t{2});
        QVERIFY_THROWS_EXCEPTION(TransferError, Reader(writer.bytes()).read<bool>());
        Writer index;
        index.write_number(std::uint32_t{3});
        index.write_number(std::uint64_t{0});
        QVERIFY_THROWS_EXCEPTION(TransferError, (Reader(index.bytes()).read<std::variant<int, char, bool>>()));
        Writer digits;
        digits.write(std::string("10x"));
        QVERIFY_THROWS_EXCEPTION(TransferError, Reader(digits.bytes()).read<std::bitset<3>>());
    }
};

const support::TestClass<TestHostileBytes> registered;

}  // namespace

#include "hostile_bytes.moc"
