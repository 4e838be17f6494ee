// Shared memory that another process has written nonsense into: what comes with a message is refused, and what is in use
// already stays what it was.

#include "support/test_case.hpp"
#include "support/travel.hpp"

#include "owned_handle.hpp"
#include "shared_object.hpp"

#include "platform/segment.hpp"

#include <spork/spork.hpp>

#include <functional>
#include <limits>

using spork::detail::LockKind;
using spork::detail::ObjectHeader;
using support::travelled;
using Damage = std::function<void(ObjectHeader&)>;

Q_DECLARE_METATYPE(Damage)

namespace {

class TestHostileMemory : public support::LeakTest {
    Q_OBJECT

    /// Writes into the memory of an object as another process might.
    template <class T>
    static void damage(const T& value, const Damage& damage) {
        spork::Writer writer;
        writer.write(value);
        const auto object = spork::detail::SharedObject::attach(writer.handles().at(0), 0, "the object of this test");
        damage(object->header());
    }

private slots:
    void damagedHeaderIsRefused_data() {
        QTest::addColumn<Damage>("what");
        const auto row = [](const char* name, Damage what) { QTest::newRow(name) << std::move(what); };
        row("magic", [](ObjectHeader& header) { header.magic = 0; });
        row("layout", [](ObjectHeader& header) { ++header.layout; });
        row("type", [](ObjectHeader& header) { ++header.type; });
        row("more than there is", [](ObjectHeader& header) { header.size += std::size_t{1} << 20; });
        row("far too much", [](ObjectHeader& header) { header.size = std::numeric_limits<std::uint64_t>::max(); });
        row("half an element", [](ObjectHeader& header) { header.size -= 2; });
        row("a lock of another kind", [](ObjectHeader& header) { header.mutex.kind = LockKind::plain; });
        row("a lock of no kind", [](ObjectHeader& header) { header.mutex.kind = LockKind{77}; });
    }
    void damagedHeaderIsRefused() {
        QFETCH(Damage, what);
        const spork::Array<int> array{1, 2, 3};
        damage(array, what);
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, travelled(array));
        const spork::Value<int> value(1);
        damage(value, what);
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, travelled(value));
    }

    void valueIsNeverTwo() {
        const spork::Value<char> value('a');
        damage(value, [](ObjectHeader& header) { header.size = 2; });
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, travelled(value));
    }

    void sizeInUseStays() {
        const spork::Array<int> array{1, 2, 3};
        damage(array, [](ObjectHeader& header) { header.size = 1000; });
        QCOMPARE(array.size(), std::size_t{3});
        QVERIFY_THROWS_EXCEPTION(spork::UsageError, array[3]);
    }

    void memoryTooSmallForAHeaderIsRefused() {
        auto segment = spork::platform::make_segment(1, 1);
        QVERIFY(segment);
        auto mapping = spork::platform::map_segment(segment->get(), 1);
        QVERIFY(mapping);
        spork::Reader reader({}, {spork::detail::own(std::move(*segment))});
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, reader.read<spork::Array<int>>());
    }

    void connectionInsteadOfMemoryIsRefused() {
        auto [here, there] = spork::Pipe();
        spork::Writer writer;
        writer.write(there);
        spork::Reader reader(writer.bytes(), writer.handles());
        QVERIFY_THROWS_EXCEPTION(spork::TransferError, reader.read<spork::Value<int>>());
    }
};

const support::TestClass<TestHostileMemory> registered;

}  // namespace

#include "hostile_memory.moc"
