// Facts about process and machine, and byte streams.

#include "seam_test.hpp"

#include "platform/file.hpp"
#include "platform/host.hpp"

#include <QTemporaryDir>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>

using namespace spork::platform;

namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

std::string read_all(RawHandle file) {
    std::string all;
    std::array<std::byte, 4096> buffer;
    for (;;) {
        const auto size = read_some(file, buffer);
        if (!size || *size == 0) {
            return all;
        }
        all.append(reinterpret_cast<const char*>(buffer.data()), *size);
    }
}

class TestHost : public support::LeakTest {
    Q_OBJECT

private slots:
    void processorsAreCounted() {
        QVERIFY(cpu_count() >= 1);
        QVERIFY(usable_cpu_count() >= 1);
        QVERIFY(usable_cpu_count() <= cpu_count());
    }

    void randomBytesDiffer() {
        std::array<std::byte, 32> first{};
        std::array<std::byte, 32> second{};
        QCOMPARE(random_bytes(first), std::error_code());
        QCOMPARE(random_bytes(second), std::error_code());
        QVERIFY(first != second);
        QVERIFY(first != (std::array<std::byte, 32>{}));
    }

    void environmentIsReplacedAsAWhole() {
        const auto before = environment();
        auto changed = before;
        changed.push_back("SPORK_TEST_WORD=gr\xc3\xbc\xc3\x9f=e");
        replace_environment(changed);
        QCOMPARE(environment_variable("SPORK_TEST_WORD"), std::string("gr\xc3\xbc\xc3\x9f=e"));
        const auto now = environment();
        QVERIFY(std::find(now.begin(), now.end(), changed.back()) != now.end());
        replace_environment(before);
        QCOMPARE(environment_variable("SPORK_TEST_WORD"), std::string());
        QVERIFY(environment() == before);
    }

    void threadsAreCounted() {
        const unsigned before = thread_count();
        if (before == 0) {
            return;  // this system does not tell
        }
        auto pair = make_channel(true);
        std::jthread other([&pair] { seam::receive_text(pair->first.get()); });
        QCOMPARE(thread_count(), before + 1);
        seam::send_text(pair->second.get(), "end");
    }

    void filesAreReadTruncatedAndAppended() {
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "file.txt";
        const auto missing = open_file(path, FileMode::read);
        QVERIFY(!missing);
        QVERIFY(missing.error() == std::errc::no_such_file_or_directory);
        QCOMPARE(write_all(open_file(path, FileMode::truncate)->get(), bytes_of("one")), std::error_code());
        QCOMPARE(write_all(open_file(path, FileMode::append)->get(), bytes_of(" two")), std::error_code());
        QCOMPARE(read_all(open_file(path, FileMode::read)->get()), std::string("one two"));
        QCOMPARE(write_all(open_file(path, FileMode::truncate)->get(), bytes_of("new")), std::error_code());
        QCOMPARE(read_all(open_file(path, FileMode::read)->get()), std::string("new"));
    }

    void nullDeviceIsEmptyAndTakesEverything() {
        const auto null = open_null();
        QCOMPARE(read_all(null->get()), std::string());
        QCOMPARE(write_all(null->get(), bytes_of("dropped")), std::error_code());
    }

    void bytePipeCarriesMoreThanItHolds() {
        auto pipe = make_byte_pipe();
        const std::string sent(3'000'000, 'x');
        std::jthread writer([&sent, end = std::move(pipe->writer)] { write_all(end.get(), bytes_of(sent)); });
        QVERIFY(read_all(pipe->reader.get()) == sent);
    }

    void writingWithoutAReaderIsABrokenPipeAndNoSignal() {
        auto pipe = make_byte_pipe();
        pipe->reader.reset();
        const auto error = write_all(pipe->writer.get(), bytes_of("lost"));
        QVERIFY2(error == std::errc::broken_pipe, error.message().c_str());
    }
};

const support::TestClass<TestHost> registered;

}  // namespace

#include "host.moc"
