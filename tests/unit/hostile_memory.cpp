// Shared memory that another process has written nonsense into: what comes with a message is refused, and what is in use
// already stays what it was.

#include "support/test_case.hpp"
#include "support/travel.hpp"

#include "owned_handle.hpp"
#include "queue_state.hpp"
#include "shared_object.hpp"

#include "platform/segment.hpp"

#include <spork/spork.hpp>

#include <functional>
#include <limits>
#include <random>
#include <string>
#include <system_error>

using spork::detail::LockKind;
using spork::detail::ObjectHeader;
using support::travelled;
using Damage = std::function<void(ObjectHeader&)>;

Q_DECLARE_METATYPE(Damage)
Q_DECLARE_METATYPE(std::function<void(spork::detail::QueueState&)>)

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

    void damagedQueueIsAnError_data() {
        using spork::detail::QueueState;
        QTest::addColumn<std::function<void(QueueState&)>>("what");
        const auto row = [](const char* name, std::function<void(QueueState&)> what) {
            QTest::newRow(name) << std::move(what);
        };
        row("no first chunk", [](QueueState& state) { state.head = 0; });
        row("a chunk far away", [](QueueState& state) { state.head = std::uint64_t{1} << 60; });
        row("a chunk between chunks", [](QueueState& state) { state.head = state.head + 8; });
        row("far into the chunk", [](QueueState& state) { state.get_offset = std::uint64_t{1} << 40; });
        row("at the chunk's end", [](QueueState& state) { state.get_offset = (1 << 16) - 70; });
        row("more messages than there are", [](QueueState& state) { state.put_count = state.put_count + 5; });
        row("a chunk that is its own next one", [](QueueState& state) {
            auto* const header = reinterpret_cast<std::byte*>(&state) - sizeof(ObjectHeader);
            auto& chunk = *reinterpret_cast<spork::detail::Chunk*>(header + state.head);
            chunk.next = state.head.load();
            chunk.use = spork::detail::Chunk::listed | spork::detail::Chunk::held;  // never given back
        });
    }
    void damagedQueueIsAnError() {
        using spork::detail::QueueState;
        QFETCH(std::function<void(QueueState&)>, what);
        const spork::Queue<std::string> queue;
        queue.put("one");
        damage(queue, [&](ObjectHeader& header) { what(*reinterpret_cast<QueueState*>(&header + 1)); });
        bool refused = false;
        for (int i = 0; i < 10 && !refused; ++i) {
            try {
                refused = !queue.try_get();
            } catch (const spork::TransferError&) {
                refused = true;
            }
        }
        QVERIFY(refused);
    }

    /// Whatever stands in the queue's words: errors, and nothing worse.
    void noiseInAQueueIsAnError() {
        using spork::detail::QueueState;
        std::mt19937_64 chance(7);
        for (int round = 0; round < 300; ++round) {
            const spork::Queue<std::string> queue;
            queue.put("one");
            queue.put(std::string(20'000, 'x'));
            damage(queue, [&](ObjectHeader& header) {
                auto& state = *reinterpret_cast<QueueState*>(&header + 1);
                spork::detail::StateWord* const words[] = {&state.tail,       &state.put_offset, &state.put_count,
                                                           &state.head,       &state.get_offset, &state.get_count,
                                                           &state.known_puts, &state.leaving,    &state.leaving_life};
                *words[chance() % std::size(words)] = chance() >> (chance() % 64);
            });
            for (int i = 0; i < 4; ++i) {
                try {
                    queue.put("two", false);
                    queue.try_get();
                } catch (const spork::Error&) {
                } catch (const std::system_error&) {
                }
            }
        }
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
