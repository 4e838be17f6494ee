// Every kind of Transferable value to a child and back, equal and of its type.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <array>
#include <bitset>
#include <chrono>
#include <complex>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <forward_list>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

using spork::Connection;
using spork::StartMethod;
using support::ChildGuard;
using support::limit;

namespace demo {

enum class Suit : std::uint8_t { clubs, spades = 200 };

struct Point {
    double x = 0;
    double y = 0;
    friend bool operator==(const Point&, const Point&) = default;
};

struct Drawing {
    std::string title;
    std::vector<Point> points;
    std::map<std::string, std::optional<Point>> named;
    Suit suit = Suit::clubs;
    friend bool operator==(const Drawing&, const Drawing&) = default;
};

struct Node {
    int value = 0;
    std::vector<Node> children;
    friend bool operator==(const Node&, const Node&) = default;
};

struct Pixel {
    explicit Pixel(int r = 0) : red(static_cast<std::uint8_t>(r)) {}
    std::uint8_t red;
    friend bool operator==(const Pixel&, const Pixel&) = default;
};

class Account {
public:
    Account() = default;
    Account(std::string owner, std::int64_t cents) : owner_(std::move(owner)), cents_(cents) {}

    template <class Archive>
    void serialize(Archive& archive) {
        archive(owner_, cents_);
    }
    friend bool operator==(const Account&, const Account&) = default;

private:
    std::string owner_;
    std::int64_t cents_ = 0;
};

}  // namespace demo

template <>
inline constexpr bool spork::enable_transfer<demo::Pixel> = true;

namespace {

template <class T>
void echo(Connection there) {
    there.send(there.recv<T>());
}

template <class T>
bool same(const T& a, const T& b) {
    return a == b;
}
template <class T>
bool same(const std::unique_ptr<T>& a, const std::unique_ptr<T>& b) {
    return a && b ? *a == *b : !a && !b;
}
template <class T>
bool same(const std::shared_ptr<T>& a, const std::shared_ptr<T>& b) {
    return a && b ? *a == *b : !a && !b;
}

class TestRoundTrip : public support::MethodTest {
    Q_OBJECT

    /// One child for all values of a test: each is an argument and a message.
    template <class... T>
    static void check(const T&... values) {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        ChildGuard child(
            method, [](Connection c) { (echo<T>(c), ...); }, there);
        std::size_t position = 0;
        const auto check_one = [&position, &here = here](const auto& value) {
            using Value = std::remove_cvref_t<decltype(value)>;
            here.send(value);
            const auto back = here.recv<Value>(limit);
            QVERIFY2(same(back, value), ("value " + std::to_string(position)).c_str());
            ++position;
        };
        (check_one(values), ...);
        QCOMPARE(position, sizeof...(T));
        QCOMPARE(child.exitcode(), std::optional(0));
    }

private slots:
    void numbers() {
        check(true, false, 'x', static_cast<signed char>(-1), static_cast<unsigned char>(255),
              static_cast<short>(-32768), static_cast<unsigned short>(65535), std::numeric_limits<int>::min(),
              std::numeric_limits<unsigned>::max(), std::numeric_limits<long>::min(),
              std::numeric_limits<unsigned long>::max(), std::numeric_limits<long long>::min(),
              std::numeric_limits<unsigned long long>::max(), L'w', u8'8', u'\u20ac', U'\U0001f600', 1.5f,
              std::numeric_limits<float>::infinity(), -0.0, std::numeric_limits<double>::denorm_min(), 1.25L,
              std::byte{7}, demo::Suit::spades, std::complex<double>(1, -2));
    }

    void texts() {
        check(std::string(), std::string("zero\0inside", 11), std::string("\xc3\xa4 \xff not UTF-8"),
              std::wstring(L"wide"), std::u8string(u8"\u00e4"), std::u16string(u"\u20ac"),
              std::u32string(U"\U0001f600"), std::filesystem::path("a/b c/\u00e4.txt"), std::filesystem::path());
    }

    void sequences() {
        check(std::vector<int>(), std::vector{1, 2, 3}, std::vector<std::string>{"", "a"},
              std::vector<bool>{true, false, true}, std::deque{1, 2}, std::list<std::string>{"x"},
              std::forward_list{3, 2, 1}, std::array{1, 2, 3}, std::array<std::string, 2>{"p", "q"},
              std::array<int, 0>(), std::bitset<70>("101"), std::vector<std::vector<std::vector<int>>>{{{1}, {}}, {}});
    }

    /// What takes no bytes by itself is counted all the same.
    void elementsWithoutBytes() {
        check(std::vector<std::monostate>(3), std::deque<std::tuple<>>(2), std::list<std::monostate>(1),
              std::forward_list<std::monostate>(2), std::set<std::monostate>{{}}, std::vector<std::vector<std::monostate>>(2));
    }

    void associations() {
        check(std::set{3, 1, 2}, std::multiset{1, 1}, std::unordered_set<std::string>{"a", "b"},
              std::unordered_multiset{1, 1}, std::map<std::string, int>{{"a", 1}},
              std::multimap<int, int>{{1, 1}, {1, 2}}, std::unordered_map<int, std::string>{{1, "x"}},
              std::unordered_multimap<int, int>{{1, 1}, {1, 1}},
              std::map<std::pair<int, int>, std::vector<int>>{{{1, 2}, {3}}},
              std::map<int, int, std::greater<>>{{1, 1}, {2, 2}});
    }

    void alternatives() {
        using Choice = std::variant<std::monostate, int, std::string, std::vector<double>>;
        check(std::optional<int>(), std::optional(5), std::optional(std::optional<int>()), Choice(), Choice(1),
              Choice("text"), Choice(std::vector{0.5}), std::tuple(), std::tuple(1, std::string("two"), 3.0),
              std::pair(1, 'c'), std::monostate());
    }

    void times() {
        using namespace std::chrono;
        check(nanoseconds(1), hours(-5), duration<double, std::milli>(0.25),
              system_clock::time_point(seconds(1234567890)), steady_clock::time_point(milliseconds(5)),
              sys_days(2024y / February / 29));
    }

    void pointers() {
        QFETCH_GLOBAL(StartMethod, method);
        auto [here, there] = spork::Pipe();
        using Values = std::vector<std::shared_ptr<std::string>>;
        ChildGuard child(
            method,
            [](Connection c) {
                const Values values = c.recv<Values>();
                // Shared here as it was there, and nothing more.
                c.send(values[0] == values[1] && values[0] != values[2] && !values[3]);
                *values[0] = "changed";
                c.send(values);
                c.send(c.recv<std::unique_ptr<demo::Node>>());
            },
            there);
        const auto shared = std::make_shared<std::string>("one");
        here.send(Values{shared, shared, std::make_shared<std::string>("one"), nullptr});
        QVERIFY(here.recv<bool>(limit));
        const Values back = here.recv<Values>(limit);
        QVERIFY(back[0] == back[1]);
        QCOMPARE(*back[1], std::string("changed"));
        QCOMPARE(*back[2], std::string("one"));
        QCOMPARE(*shared, std::string("one"));
        here.send(std::make_unique<demo::Node>(demo::Node{1, {{2, {}}, {3, {{4, {}}}}}}));
        QVERIFY(*here.recv<std::unique_ptr<demo::Node>>(limit) == (demo::Node{1, {{2, {}}, {3, {{4, {}}}}}}));
    }

    void classes() {
        check(demo::Point{1.5, -2},
              demo::Drawing{"t", {{1, 2}, {3, 4}}, {{"a", demo::Point{5, 6}}, {"b", std::nullopt}}, demo::Suit::spades},
              demo::Node{1, {{2, {{3, {}}}}, {4, {}}}}, demo::Pixel(9),
              std::vector<demo::Pixel>{demo::Pixel(1), demo::Pixel(2)}, demo::Account("egon", -5),
              std::map<std::string, demo::Account>{{"x", demo::Account("y", 1)}});
    }
};

const support::TestClass<TestRoundTrip> registered;

}  // namespace

#include "target_round_trip.moc"
