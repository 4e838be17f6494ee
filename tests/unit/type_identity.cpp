// The number of a type: the same for the same type everywhere, another for every other one.

#include "support/test_case.hpp"

#include <spork/transferable.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

using spork::type_identity;
using spork::type_name;

namespace demo {

struct First {
    int x;
};
struct Second {
    int x;
};
template <class T>
struct Box {
    T value;
};
enum class Red { a };
enum class Blue { a };

}  // namespace demo

namespace {

template <class... T>
std::vector<std::uint64_t> identities() {
    return {type_identity<T>...};
}

class TestTypeIdentity : public QObject {
    Q_OBJECT

private slots:
    void typesThatDifferHaveDifferentNumbers() {
        const std::vector<std::uint64_t> all =
            identities<bool, char, std::int16_t, std::uint16_t, std::int32_t, std::uint32_t, std::int64_t,
                       std::uint64_t, float, double, std::string, std::wstring, std::vector<int>, std::vector<unsigned>,
                       std::vector<std::vector<int>>, std::deque<int>, std::list<int>, std::set<int>,
                       std::map<int, int>, std::map<int, unsigned>, std::multimap<int, int>, std::pair<int, int>,
                       std::tuple<int, int>, std::tuple<int, int, int>, std::optional<int>, std::variant<int>,
                       std::variant<int, double>, std::variant<double, int>, std::unique_ptr<int>, std::shared_ptr<int>,
                       std::array<int, 2>, std::array<int, 3>, demo::First, demo::Second, demo::Box<int>,
                       demo::Box<unsigned>, demo::Box<demo::First>, demo::Red, demo::Blue, std::vector<demo::Red>,
                       std::chrono::seconds, std::chrono::milliseconds, std::filesystem::path, std::monostate,
                       int (*)(int), int (*)(unsigned)>();
        const std::set<std::uint64_t> unique(all.begin(), all.end());
        QCOMPARE(unique.size(), all.size());
    }

    // "long" is 8 bytes on Linux and 4 on Windows: what counts is what travels.
    void integersCountBySizeAndSign() {
        QVERIFY(sizeof(long) == 8 ? type_identity<long> == type_identity<long long>
                                  : type_identity<long> == type_identity<int>);
        QCOMPARE(type_identity<std::int64_t>, type_identity<long long>);
        QVERIFY(type_identity<long long> != type_identity<unsigned long long>);
    }

    // A change of these numbers is a change of what travels between programs.
    void numbersOfStandardTypesDoNotDependOnTheLibrary() {
        using spork::detail::IdentityHash;
        IdentityHash of_int;
        of_int.add("integer");
        of_int.add(sizeof(int) * 2 + 1);
        QCOMPARE(type_identity<int>, of_int.value());
        IdentityHash of_vector;
        of_vector.add("vector");
        of_vector.add(of_int.value());
        QCOMPARE(type_identity<std::vector<int>>, of_vector.value());
    }

    void namesAreThoseOfTheSource() {
        QCOMPARE(std::string(type_name<int>), std::string("int"));
        QCOMPARE(std::string(type_name<demo::First>), std::string("demo::First"));
        QCOMPARE(std::string(type_name<demo::Red>), std::string("demo::Red"));
    }
};

const support::TestClass<TestTypeIdentity> registered;

}  // namespace

#include "type_identity.moc"
