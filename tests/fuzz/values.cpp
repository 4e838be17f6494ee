#include "targets.hpp"

#include <spork/transferable.hpp>

#include <array>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace fuzz {

namespace {

enum class Colour : std::uint8_t { red, green };

struct Leaf {
    std::string name;
    std::variant<std::monostate, int, std::vector<std::string>> choice;
    std::optional<double> weight;
    std::bitset<12> flags;
    Colour colour = Colour::red;
    bool yes = false;
};

struct Tree {
    Leaf leaf;
    std::vector<Tree> children;
    std::map<std::string, std::shared_ptr<Leaf>> named;
    std::unique_ptr<Tree> next;
};

template <class T>
void read_write_read(Bytes bytes) {
    try {
        spork::Reader reader(bytes);
        const T value = reader.read<T>();
        spork::Writer writer;
        writer.write(value);
        spork::Reader again(writer.bytes());
        try {
            static_cast<void>(again.read<T>());
            again.expect_end();
        } catch (const spork::TransferError&) {
            std::abort();  // what we write ourselves must be readable
        }
    } catch (const spork::TransferError&) {
    }
}

}  // namespace

void values(Bytes input) {
    if (input.empty()) {
        return;
    }
    using Read = void (*)(Bytes);
    static constexpr std::array<Read, 12> types{
        read_write_read<Tree>,
        read_write_read<std::vector<std::string>>,
        read_write_read<std::vector<double>>,
        read_write_read<std::vector<bool>>,
        read_write_read<std::map<std::string, std::vector<int>>>,
        read_write_read<std::unordered_map<int, std::set<std::string>>>,
        read_write_read<std::tuple<std::list<int>, std::deque<std::string>, std::pair<int, char>>>,
        read_write_read<std::variant<int, std::string, Leaf>>,
        read_write_read<std::vector<std::shared_ptr<Tree>>>,
        read_write_read<std::array<std::optional<std::string>, 3>>,
        read_write_read<std::filesystem::path>,
        read_write_read<std::vector<std::vector<std::vector<Colour>>>>,
    };
    types[std::to_integer<std::size_t>(input.front()) % types.size()](input.subspan(1));
}

}  // namespace fuzz
