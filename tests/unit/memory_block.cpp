// Names that are generated for blocks of memory.

#include "support/test_case.hpp"

#include "memory_block.hpp"

#include <deque>
#include <string>

using spork::detail::MemoryBlock;

namespace {

class TestMemoryBlock : public support::LeakTest {
    Q_OBJECT

private slots:
    void generatedNameThatIsTakenIsPassedOver() {
        const std::string taken = spork::detail::random_block_name();
        const std::string free = spork::detail::random_block_name();
        const auto first = MemoryBlock::make_named(taken, 10);
        std::deque<std::string> names{taken, taken, free};
        const auto second = MemoryBlock::make_generated(10, [&names] {
            const std::string name = names.front();
            names.pop_front();
            return name;
        });
        QCOMPARE(second->name(), free);
        QVERIFY(names.empty());
    }

    void generatedNamesAreShort() {
        QVERIFY(spork::detail::random_block_name().size() <= 13);
        QVERIFY(spork::detail::random_block_name() != spork::detail::random_block_name());
    }
};

const support::TestClass<TestMemoryBlock> registered;

}  // namespace

#include "memory_block.moc"
