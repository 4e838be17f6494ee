// How code is named in messages: nothing but what its own image's table holds can ever be called.

#include "code_position.hpp"
#include "runtime.hpp"
#include "seal.hpp"

#include "support/test_case.hpp"

#include <spork/spork.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

using spork::Reader;
using spork::TransferError;
using spork::Writer;

namespace {

bool called = false;

void target() {
    called = true;
}
void no_target() {
    called = true;
}

/// A position with the seal that a process of this family would give it.
std::vector<std::byte> sealed(const spork::detail::CodePosition& position) {
    Writer covered;
    spork::detail::write_position(covered, position);
    covered.write_number(std::uint64_t{0});
    const auto bytes = covered.bytes();
    const std::uint64_t seal = spork::detail::seal(spork::detail::family_key(), bytes);
    std::vector<std::byte> all(bytes.begin(), bytes.end() - sizeof seal);
    const auto seal_bytes = std::as_bytes(std::span(&seal, 1));
    all.insert(all.end(), seal_bytes.begin(), seal_bytes.end());
    return all;
}

/// What reading it as a target is refused with; empty when it is not.
std::string refusal(const std::vector<std::byte>& bytes) {
    try {
        Reader reader(bytes);
        static_cast<void>(spork::detail::read_entry(reader));
        return {};
    } catch (const TransferError& error) {
        return error.what();
    }
}

class TestCodeIdentity : public support::LeakTest {
    Q_OBJECT

    spork::Task<void> task_ = spork::bind(target);

    std::vector<std::byte> own_entry() const {
        Writer writer;
        spork::detail::write_entry(writer, *task_.target().entry);
        return {writer.bytes().begin(), writer.bytes().end()};
    }

    spork::detail::CodePosition own_position() const {
        return spork::detail::position_of(reinterpret_cast<const void*>(task_.target().entry->loader()));
    }

private slots:
    void ownPositionIsFound() {
        QCOMPARE(refusal(own_entry()), std::string());
        QCOMPARE(refusal(sealed(own_position())), std::string());
    }

    void anyChangedBitIsRefused() {
        std::vector<std::byte> bytes = own_entry();
        for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
            bytes[bit / 8] ^= std::byte{1} << bit % 8;
            QVERIFY2(!refusal(bytes).empty(), std::to_string(bit).c_str());
            bytes[bit / 8] ^= std::byte{1} << bit % 8;
        }
        QVERIFY(!called);
    }

    void sealedPositionOfNoTargetIsRefused() {
        const auto elsewhere = spork::detail::position_of(reinterpret_cast<const void*>(&no_target));
        QVERIFY(refusal(sealed(elsewhere)).find("not in its image's table") != std::string::npos);
        auto beside = own_position();
        ++beside.offset;
        QVERIFY(refusal(sealed(beside)).find("not in its image's table") != std::string::npos);
        auto outside = own_position();
        outside.offset = ~std::uint64_t{0};
        QVERIFY(!refusal(sealed(outside)).empty());
        QVERIFY(!called);
    }

    void unknownImageIsRefused() {
        auto position = own_position();
        position.image.fill(std::byte{0x5a});
        QVERIFY(refusal(sealed(position)).find("another build of this executable") != std::string::npos);
        position.path = u8"/no/such/plugin.so";
        QVERIFY(refusal(sealed(position)).find("plugin.so") != std::string::npos);
    }
};

const support::TestClass<TestCodeIdentity> registered;

}  // namespace

#include "code_identity.moc"
