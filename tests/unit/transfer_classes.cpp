// How classes travel: cereal's conventions as cereal's own users write them, aggregates, opted-in bytes.

#include "support/test_case.hpp"

#include <spork/transferable.hpp>

#include <cereal/access.hpp>
#include <cereal/cereal.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using spork::Reader;
using spork::Transferable;
using spork::Writer;

namespace demo {

struct MemberSerialize {
    int x = 0;
    std::string s;
    template <class Archive>
    void serialize(Archive& archive) {
        archive(CEREAL_NVP(x), cereal::make_nvp("text", s));
    }
    friend bool operator==(const MemberSerialize&, const MemberSerialize&) = default;
};

struct FreeSerialize {
    explicit FreeSerialize(int value = 0) : x(value) {}
    int x;
    friend bool operator==(const FreeSerialize&, const FreeSerialize&) = default;
};
template <class Archive>
void serialize(Archive& archive, FreeSerialize& value) {
    archive(value.x);
}

/// Travels as its double, so that both functions must be called.
struct MemberSaveLoad {
    int x = 0;
    template <class Archive>
    void save(Archive& archive) const {
        archive(x * 2);
    }
    template <class Archive>
    void load(Archive& archive) {
        archive(x);
        x /= 2;
    }
    friend bool operator==(const MemberSaveLoad&, const MemberSaveLoad&) = default;
};

struct FreeSaveLoad {
    explicit FreeSaveLoad(int value = 0) : x(value) {}
    int x;
    friend bool operator==(const FreeSaveLoad&, const FreeSaveLoad&) = default;
};
template <class Archive>
void save(Archive& archive, const FreeSaveLoad& value) {
    archive(value.x + 1);
}
template <class Archive>
void load(Archive& archive, FreeSaveLoad& value) {
    archive(value.x);
    --value.x;
}

/// Everything private, the default constructor too.
class Private {
public:
    static Private make(int value) {
        Private made;
        made.x_ = value;
        return made;
    }
    friend bool operator==(const Private&, const Private&) = default;

private:
    friend class cereal::access;
    Private() = default;
    template <class Archive>
    void serialize(Archive& archive) {
        archive& x_;
    }
    int x_ = 0;
};

class Base {
public:
    explicit Base(int number = 0) : base_(number) {}
    template <class Archive>
    void serialize(Archive& archive) {
        archive(base_);
    }
    friend bool operator==(const Base&, const Base&) = default;

private:
    int base_;
};

class Derived : public Base {
public:
    explicit Derived(int number = 0, std::string text = {}) : Base(number), text_(std::move(text)) {}
    template <class Archive>
    void serialize(Archive& archive) {
        archive(cereal::base_class<Base>(this), text_);
    }
    friend bool operator==(const Derived&, const Derived&) = default;

private:
    std::string text_;
};

enum class Kind { saving, loading };

/// Does different things each way, as cereal's users do with is_saving.
struct Aware {
    Kind last = Kind::saving;
    template <class Archive>
    void serialize(Archive& archive) {
        int nothing = 0;
        archive(nothing);
        if constexpr (Archive::is_loading::value) {
            last = Kind::loading;
        }
    }
};

struct Inner {
    std::vector<int> numbers;
    friend bool operator==(const Inner&, const Inner&) = default;
};
struct Outer {
    Inner inner;
    std::pair<Inner, MemberSerialize> both;
    std::vector<Outer> more;
    friend bool operator==(const Outer&, const Outer&) = default;
};

struct Bytes {
    explicit Bytes(int value) : number(value) {}
    int number;
    char letters[4] = {'a', 'b', 'c', 'd'};
    friend bool operator==(const Bytes&, const Bytes&) = default;
};

struct HasPointer {
    int* pointer = nullptr;
};
struct HasFunction {
    std::vector<std::function<void()>> functions;
};
class NoForm {
public:
    explicit NoForm(int number) : number_(number) {}
    int number() const { return number_; }

private:
    int number_;
};
struct WithNoForm {
    std::pair<int, NoForm> pair;
};

}  // namespace demo

template <>
inline constexpr bool spork::enable_transfer<demo::Bytes> = true;

namespace {

template <class T>
T there_and_back(const T& value) {
    Writer writer;
    writer.write(value);
    Reader reader(writer.bytes());
    T back = reader.read<T>();
    reader.expect_end();
    return back;
}

template <class T>
bool survives(const T& value) {
    return there_and_back(value) == value;
}

// What travels and what does not, for the compiler.
static_assert(Transferable<int> && Transferable<std::string> && Transferable<demo::Outer> &&
              Transferable<demo::Private>);
static_assert(Transferable<const int&>, "what is sent is the value");
static_assert(Transferable<int (*)(int)>, "functions travel as a position");
static_assert(!Transferable<int*> && !Transferable<const char*> && !Transferable<void*>);
static_assert(!Transferable<std::function<void()>> && !Transferable<std::thread> && !Transferable<demo::NoForm>);
static_assert(!Transferable<demo::HasPointer> && !Transferable<demo::HasFunction> && !Transferable<demo::WithNoForm>);
static_assert(!Transferable<std::vector<int*>> && !Transferable<std::unique_ptr<demo::NoForm>>);
static_assert(!Transferable<std::reference_wrapper<int>> && !Transferable<void>);
static_assert([] {
    int number = 1;
    auto captures = [number] { return number; };
    auto captures_nothing = [] {};
    return !Transferable<decltype(captures)> && Transferable<decltype(captures_nothing)>;
}());

class TestTransferClasses : public QObject {
    Q_OBJECT

private slots:
    void cerealsFunctionsAreFound() {
        QVERIFY(survives(demo::MemberSerialize{1, "x"}));
        QVERIFY(survives(demo::FreeSerialize(2)));
        QVERIFY(survives(demo::MemberSaveLoad{3}));
        QVERIFY(survives(demo::FreeSaveLoad(4)));
        QVERIFY(survives(demo::Private::make(5)));
        QVERIFY(survives(demo::Derived(6, "derived")));
        QVERIFY(survives(std::vector{demo::Derived(7, "a"), demo::Derived(8, "b")}));
    }

    void saveAndLoadAreBothCalled() {
        Writer writer;
        writer.write(demo::MemberSaveLoad{21});
        QCOMPARE(Reader(writer.bytes()).read<int>(), 42);
        Writer other;
        other.write(demo::FreeSaveLoad(41));
        QCOMPARE(Reader(other.bytes()).read<int>(), 42);
    }

    void archiveSaysWhichWayItGoes() {
        const demo::Aware sent;
        QCOMPARE(there_and_back(sent).last, demo::Kind::loading);
        QCOMPARE(sent.last, demo::Kind::saving);
    }

    void aggregatesNeedNoCode() {
        const demo::Outer leaf{{{1, 2}}, {{{3}}, {4, "four"}}, {}};
        QVERIFY(survives(leaf));
        QVERIFY(survives(demo::Outer{{{}}, {}, {leaf, leaf}}));
    }

    void optedInTypesTravelAsBytes() {
        QVERIFY(survives(demo::Bytes(7)));
        Writer writer;
        writer.write(demo::Bytes(7));
        QCOMPARE(writer.bytes().size(), sizeof(demo::Bytes));
    }
};

const support::TestClass<TestTransferClasses> registered;

}  // namespace

#include "transfer_classes.moc"
