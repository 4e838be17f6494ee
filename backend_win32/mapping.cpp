/// \file
/// Segments as sections of the paging file, mapped. Such a section begins with a header; the memory that the seam speaks of
/// comes after it.

#include "error.hpp"
#include "platform/host.hpp"
#include "platform/segment.hpp"
#include "windows_api.hpp"
#include "word_semaphores.hpp"

#include <winternl.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <new>
#include <optional>
#include <utility>

// In no winternl.h, though in every ntdll. VirtualQuery could tell the size as well, but walks over all pages for it.
extern "C" NTSTATUS NTAPI NtQuerySection(HANDLE section, ULONG kind, PVOID answer, SIZE_T size, PSIZE_T used);

namespace spork::platform {

namespace {

/// At the start of every segment; written before its handle goes anywhere.
struct SegmentHeader {
    std::uint64_t magic;
    std::uint64_t layout;
    win32::SegmentKey key;
};

constexpr std::uint64_t segment_magic = 0x746e656d6765735f;
constexpr std::uint64_t segment_layout = 1;
constexpr std::size_t data_offset = 64;  // a cache line: what is aligned to one stays so
static_assert(sizeof(SegmentHeader) <= data_offset);

constexpr std::size_t page_size = 4096;  // of every Windows with 64 bits
constexpr std::size_t most = std::numeric_limits<std::size_t>::max() / 2;

/// Section's pages as this process sees them.
class View {
public:
    /// Of the first `size` bytes; 0 means all.
    View(RawHandle section, std::size_t size) noexcept
        : begin_(MapViewOfFile(win32::native(section), FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, size)) {}
    View(View&& other) noexcept : begin_(std::exchange(other.begin_, nullptr)) {}
    View& operator=(View&&) = delete;
    ~View() {
        if (begin_ != nullptr) {
            UnmapViewOfFile(begin_);
        }
    }

    explicit operator bool() const noexcept { return begin_ != nullptr; }
    std::byte* begin() const noexcept { return static_cast<std::byte*>(begin_); }

    /// For the pages of a section that was only reserved. Committing a page again does no harm.
    std::error_code commit(std::size_t from, std::size_t to) const noexcept {
        return VirtualAlloc(begin() + from, to - from, MEM_COMMIT, PAGE_READWRITE) != nullptr
                   ? std::error_code()
                   : win32::memory_error(GetLastError());
    }

private:
    void* begin_;
};

class MappedSegment final : public Mapping {
public:
    MappedSegment(View view, std::size_t size, std::size_t committed, const win32::SegmentKey& key) noexcept
        : view_(std::move(view)), size_(size), committed_(committed), words_(key) {}

    std::byte* data() const noexcept override { return view_.begin() + data_offset; }
    std::size_t size() const noexcept override { return size_ - data_offset; }

    // A page that any process has committed is there for all, but only this one knows that it has asked.
    std::error_code commit(std::size_t size) noexcept override {
        if (size > this->size()) {
            return std::make_error_code(std::errc::not_enough_memory);
        }
        const std::size_t needed = data_offset + size;
        std::size_t committed = committed_.load(std::memory_order_acquire);
        if (needed <= committed) {
            return {};
        }
        if (const std::error_code error = view_.commit(committed, needed)) {
            return error;
        }
        const std::size_t pages = (needed + page_size - 1) / page_size * page_size;
        while (committed < pages && !committed_.compare_exchange_weak(committed, pages, std::memory_order_release)) {
        }
        return {};
    }

    // Windows keeps the pages of a section until the last user is gone.
    void discard(std::size_t, std::size_t) noexcept override {}

    void sleep(const SharedWord& word, std::uint32_t expected, std::chrono::nanoseconds limit) noexcept override {
        if (limit > std::chrono::nanoseconds::zero()) {
            const auto unchanged = [&] { return word.load() == expected; };
            words_.sleep(place_of(word), unchanged, limit);
        }
    }
    void wake(const SharedWord& word) noexcept override { words_.wake(place_of(word)); }

private:
    std::uint64_t place_of(const SharedWord& word) const noexcept {
        return static_cast<std::uint64_t>(reinterpret_cast<const std::byte*>(&word) - view_.begin());
    }

    View view_;
    std::size_t size_;                    ///< with the header
    std::atomic<std::size_t> committed_;  ///< from the start
    win32::WordSemaphores words_;
};

/// What the system tells of a section.
struct SectionFacts {
    void* base;
    ULONG attributes;
    LARGE_INTEGER size;
};

/// Empty when it is no section of the paging file.
std::optional<SectionFacts> facts_of(RawHandle section) noexcept {
    constexpr ULONG basic_information = 0;
    SectionFacts facts{};
    if (!NT_SUCCESS(NtQuerySection(win32::native(section), basic_information, &facts, sizeof facts, nullptr)) ||
        (facts.attributes & (SEC_FILE | SEC_IMAGE)) != 0) {
        return std::nullopt;
    }
    return facts;
}

/// The memory that all processes together can have, on disk or not.
std::uint64_t memory_of_machine() noexcept {
    MEMORYSTATUSEX status{};
    status.dwLength = sizeof status;
    return GlobalMemoryStatusEx(&status) ? status.ullTotalPageFile : most;
}

}  // namespace

Result<Handle> make_segment(std::size_t size, std::size_t reserve) noexcept {
    const std::size_t room = std::max(size, reserve);
    if (size > memory_of_machine() || room > most) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
    SegmentHeader header{segment_magic, segment_layout, {}};
    if (const std::error_code error = random_bytes(header.key)) {
        return error;
    }
    const std::uint64_t whole = data_offset + room;
    const DWORD pages = PAGE_READWRITE | (room > size ? SEC_RESERVE : SEC_COMMIT);
    Handle segment(win32::raw(CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, pages, static_cast<DWORD>(whole >> 32),
                                                 static_cast<DWORD>(whole), nullptr)));
    if (!segment) {
        return win32::memory_error(GetLastError());
    }
    const View view(segment.get(), data_offset + size);
    if (!view) {
        return win32::memory_error(GetLastError());
    }
    if (room > size) {
        if (const std::error_code error = view.commit(0, data_offset + size)) {
            return error;
        }
    }
    new (view.begin()) SegmentHeader(header);
    return segment;
}

Result<std::unique_ptr<Mapping>> map_segment(RawHandle segment, std::size_t least) noexcept {
    const auto no_segment = std::make_error_code(std::errc::bad_message);
    const auto facts = facts_of(segment);
    if (!facts || std::cmp_less_equal(facts->size.QuadPart, data_offset)) {
        return no_segment;
    }
    const auto size = static_cast<std::size_t>(facts->size.QuadPart);
    if (size - data_offset < least) {
        return no_segment;
    }
    View view(segment, 0);
    if (!view) {
        const DWORD error = GetLastError();
        return error == ERROR_ACCESS_DENIED ? no_segment : win32::memory_error(error);
    }
    std::size_t committed = size;
    if ((facts->attributes & SEC_COMMIT) == 0) {
        // A segment has its header committed; touching that of anything else must not be fatal.
        committed = page_size;
        if (const std::error_code error = view.commit(0, committed)) {
            return error;
        }
    }
    SegmentHeader header;
    std::memcpy(&header, view.begin(), sizeof header);
    if (header.magic != segment_magic || header.layout != segment_layout) {
        return no_segment;
    }
    std::unique_ptr<Mapping> mapping(new (std::nothrow) MappedSegment(std::move(view), size, committed, header.key));
    if (!mapping) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
    return mapping;
}

}  // namespace spork::platform
