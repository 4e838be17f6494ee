// Handles that are no segments, though they are sections.

#include "seam_test.hpp"

#include "windows_api.hpp"

#include "platform/segment.hpp"

#include <cstring>

using namespace spork::platform;

namespace {

constexpr DWORD mebibyte = 1 << 20;

Handle make_section(HANDLE file, DWORD protection, DWORD size) {
    return Handle(win32::raw(CreateFileMappingW(file, nullptr, protection, 0, size, nullptr)));
}

std::error_condition mapping_error(const Handle& section) {
    const auto mapping = map_segment(section.get(), 1);
    return mapping ? std::error_condition() : mapping.error().default_error_condition();
}

class TestForeignSections : public support::LeakTest {
    Q_OBJECT

private slots:
    void areNoSegments() {
        const std::error_condition no_segment = std::make_error_condition(std::errc::bad_message);
        QCOMPARE(mapping_error(make_section(INVALID_HANDLE_VALUE, PAGE_READWRITE, mebibyte)), no_segment);
        // Nothing in it can be touched yet.
        QCOMPARE(mapping_error(make_section(INVALID_HANDLE_VALUE, PAGE_READWRITE | SEC_RESERVE, mebibyte)), no_segment);
        QCOMPARE(mapping_error(make_section(INVALID_HANDLE_VALUE, PAGE_READONLY, mebibyte)), no_segment);

        wchar_t program[MAX_PATH];
        QVERIFY(GetModuleFileNameW(nullptr, program, MAX_PATH) != 0);
        const Handle file(win32::raw(CreateFileW(program, GENERIC_READ, FILE_SHARE_READ, nullptr, OPEN_EXISTING,
                                                 FILE_ATTRIBUTE_NORMAL, nullptr)));
        QVERIFY(file);
        QCOMPARE(mapping_error(make_section(win32::native(file.get()), PAGE_READONLY, 0)), no_segment);
        QCOMPARE(mapping_error(make_section(win32::native(file.get()), PAGE_READONLY | SEC_IMAGE, 0)), no_segment);
    }

    void anotherLayoutIsRefused() {
        const auto segment = make_segment(100, 100);
        QVERIFY(segment);
        void* const view = MapViewOfFile(win32::native(segment->get()), FILE_MAP_WRITE, 0, 0, 0);
        QVERIFY(view);
        constexpr std::size_t layout = 8;  // after the magic number
        std::uint64_t number = 0;
        std::memcpy(&number, static_cast<std::byte*>(view) + layout, sizeof number);
        ++number;
        std::memcpy(static_cast<std::byte*>(view) + layout, &number, sizeof number);
        UnmapViewOfFile(view);
        QCOMPARE(mapping_error(*segment), std::make_error_condition(std::errc::bad_message));
    }
};

const support::TestClass<TestForeignSections> registered;

}  // namespace

#include "foreign_sections.moc"
