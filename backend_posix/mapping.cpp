/// \file
/// Segments as anonymous memory, mapped.

#include "anonymous_memory.hpp"
#include "descriptor.hpp"
#include "error.hpp"
#include "host_facts.hpp"
#include "word_sleep.hpp"

#include "platform/segment.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <limits>
#include <new>

namespace spork::platform {

namespace {

std::size_t page_size() noexcept {
    static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return size;
}

class MappedMemory final : public Mapping {
public:
    MappedMemory(std::byte* data, std::size_t size) noexcept : data_(data), size_(size) {}
    MappedMemory(const MappedMemory&) = delete;
    MappedMemory& operator=(const MappedMemory&) = delete;
    ~MappedMemory() override { ::munmap(data_, size_); }

    std::byte* data() const noexcept override { return data_; }
    std::size_t size() const noexcept override { return size_; }

    // Pages come into being when they are touched.
    std::error_code commit(std::size_t size) noexcept override {
        return size <= size_ ? std::error_code() : std::make_error_code(std::errc::not_enough_memory);
    }

    void discard(std::size_t offset, std::size_t size) noexcept override {
        const std::size_t page = page_size();
        const std::size_t first = (offset + page - 1) / page * page;
        const std::size_t end = (offset + size) / page * page;
        if (first < end) {
            discard_pages(data_ + first, end - first);
        }
    }

    void sleep(const SharedWord& word, std::uint32_t expected, std::chrono::nanoseconds limit) noexcept override {
        sleep_on_word(word, expected, limit);
    }
    void wake(const SharedWord& word) noexcept override { wake_one_on_word(word); }

private:
    std::byte* data_;
    std::size_t size_;
};

}  // namespace

Result<Handle> make_segment(std::size_t size, std::size_t reserve) noexcept {
    const std::size_t room = reserve > size ? reserve : size;
    if (size > memory_of_machine() || room > static_cast<std::size_t>(std::numeric_limits<off_t>::max())) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
    auto segment = make_anonymous_memory();
    if (!segment) {
        return segment.error();
    }
    if (::ftruncate(descriptor(*segment), static_cast<off_t>(room)) < 0) {
        return last_error();
    }
    fix_size(descriptor(*segment));
    return segment;
}

Result<std::unique_ptr<Mapping>> map_segment(RawHandle segment, std::size_t least) noexcept {
    const int file = static_cast<int>(segment);
    struct stat facts {};
    if (::fstat(file, &facts) < 0) {
        return last_error();
    }
    const auto size = static_cast<std::size_t>(facts.st_size);
    if (size == 0 || size < least) {
        return std::make_error_code(std::errc::bad_message);
    }
    void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file, 0);
    if (memory == MAP_FAILED) {
        return last_error();
    }
    std::unique_ptr<Mapping> mapping(new (std::nothrow) MappedMemory(static_cast<std::byte*>(memory), size));
    if (!mapping) {
        ::munmap(memory, size);
        return std::make_error_code(std::errc::not_enough_memory);
    }
    return mapping;
}

}  // namespace spork::platform
