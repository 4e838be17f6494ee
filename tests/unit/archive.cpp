// Writer and Reader: numbers, sizes, references, attached handles, depth.

#include "support/test_case.hpp"

#include <spork/transferable.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

using spork::Reader;
using spork::TransferError;
using spork::Writer;
using spork::detail::OwnedHandle;

namespace {

class TestArchive : public QObject {
    Q_OBJECT

private slots:
    void valuesComeBackInOrder() {
        Writer writer;
        writer(1, std::string("two"), 3.0);
        writer & 'f';
        writer << std::vector{5};
        Reader reader(writer.bytes());
        int one = 0;
        std::string two;
        reader(one, two);
        QCOMPARE(one, 1);
        QCOMPARE(two, std::string("two"));
        double three = 0;
        char four = 0;
        reader& three;
        reader >> four;
        QCOMPARE(three, 3.0);
        QCOMPARE(four, 'f');
        QVERIFY_THROWS_EXCEPTION(TransferError, reader.expect_end());
        QCOMPARE(reader.read<std::vector<int>>(), std::vector<int>{5});
        reader.expect_end();
        QCOMPARE(reader.left(), std::size_t(0));
    }

    void moreThanIsThereIsRefused() {
        Writer writer;
        writer.write(std::uint16_t(7));
        Reader reader(writer.bytes());
        QVERIFY_THROWS_EXCEPTION(TransferError, reader.read<std::uint64_t>());
        QCOMPARE(reader.read<std::uint16_t>(), std::uint16_t(7));  // nothing was taken before
        QVERIFY_THROWS_EXCEPTION(TransferError, reader.take(1));
        QCOMPARE(reader.take(0).size(), std::size_t(0));
    }

    void countThatTheBytesCannotHoldIsRefused() {
        for (const std::uint64_t count : {std::uint64_t(9), std::uint64_t(1) << 40, ~std::uint64_t(0)}) {
            Writer writer;
            writer.write_number(count);
            writer.write_number(std::uint64_t(0));  // 8 bytes
            Reader reader(writer.bytes());
            QVERIFY_THROWS_EXCEPTION(TransferError, reader.read_size());
        }
        Writer writer;
        writer.write_size(2);
        writer.write_number(std::uint64_t(0));
        QVERIFY_THROWS_EXCEPTION(TransferError, Reader(writer.bytes()).read_size(5));
        QCOMPARE(Reader(writer.bytes()).read_size(4), std::size_t(2));
    }

    void bufferGrowsAndKeepsItsBytes() {
        Writer writer;
        for (int i = 0; i < 100'000; ++i) {
            writer.write(i);
        }
        QCOMPARE(writer.bytes().size(), 100'000 * sizeof(int));
        Reader reader(writer.bytes());
        for (int i = 0; i < 100'000; ++i) {
            QCOMPARE(reader.read<int>(), i);
        }
    }

    void referencesAreWrittenOnce() {
        const auto shared = std::make_shared<std::string>(1000, 'x');
        Writer once;
        once.write(std::vector{shared});
        Writer often;
        often.write(std::vector{shared, shared, shared, std::shared_ptr<std::string>()});
        QVERIFY(often.bytes().size() < once.bytes().size() + 100);
        Reader reader(often.bytes());
        const auto back = reader.read<std::vector<std::shared_ptr<std::string>>>();
        QCOMPARE(back.size(), std::size_t(4));
        QVERIFY(back[0] == back[1] && back[1] == back[2]);
        QCOMPARE(*back[0], *shared);
        QVERIFY(!back[3]);
    }

    void referenceToAnotherTypeIsRefused() {
        const auto shared = std::make_shared<int>(1);
        Writer writer;
        writer.write(shared);
        writer.write(shared);
        Reader reader(writer.bytes());
        QCOMPARE(*reader.read<std::shared_ptr<int>>(), 1);
        QVERIFY_THROWS_EXCEPTION(TransferError, reader.read<std::shared_ptr<float>>());
    }

    void handlesComeBackInOrderAndOnlyOnce() {
        const auto first = std::make_shared<OwnedHandle>(-1, false);
        const auto second = std::make_shared<OwnedHandle>(-1, true);
        Writer writer;
        writer.attach(first);
        writer.attach(second);
        QCOMPARE(writer.handles().size(), std::size_t(2));
        Reader reader(writer.bytes(), writer.handles());
        QVERIFY(reader.take_handle() == first);
        QVERIFY_THROWS_EXCEPTION(TransferError, reader.expect_end());
        QVERIFY(reader.take_handle() == second);
        reader.expect_end();
        QVERIFY_THROWS_EXCEPTION(TransferError, reader.take_handle());
    }

    void depthIsLimitedBothWays() {
        struct List {
            std::unique_ptr<List> next;
        };
        // Each List is an aggregate in a pointer: two levels.
        const auto of_length = [](unsigned length) {
            auto list = std::make_unique<List>();
            for (unsigned i = 1; i < length; ++i) {
                auto longer = std::make_unique<List>();
                longer->next = std::move(list);
                list = std::move(longer);
            }
            return list;
        };
        Writer writer;
        writer.write(of_length(200));
        Reader reader(writer.bytes());
        const auto back = reader.read<std::unique_ptr<List>>();
        unsigned length = 0;
        for (const List* node = back.get(); node; node = node->next.get()) {
            ++length;
        }
        QCOMPARE(length, 200u);
        Writer refusing;
        QVERIFY_THROWS_EXCEPTION(TransferError, refusing.write(of_length(300)));
        // The same from hostile bytes: one true after the other, each a pointer to one more.
        const std::vector<std::byte> endless(100'000, std::byte{1});
        Reader hostile(endless);
        QVERIFY_THROWS_EXCEPTION(TransferError, hostile.read<std::unique_ptr<List>>());
    }
};

const support::TestClass<TestArchive> registered;

}  // namespace

#include "archive.moc"
