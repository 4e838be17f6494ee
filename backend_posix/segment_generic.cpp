/// \file
/// Segments as POSIX shared memory whose name is removed at once. They can only be mapped: Darwin has no read and write
/// on them.

#include "error.hpp"
#include "segment.hpp"

#include "platform/host.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace spork::platform {

namespace {

/// Darwin allows 31 characters.
std::array<char, 24> random_name() noexcept {
    std::array<std::byte, 8> random{};
    static_cast<void>(random_bytes(random));
    std::array<char, 24> name{"/spork-"};
    for (std::size_t i = 0; i < random.size(); ++i) {
        const auto value = std::to_integer<unsigned>(random[i]);
        name[7 + 2 * i] = "0123456789abcdef"[value >> 4];
        name[8 + 2 * i] = "0123456789abcdef"[value & 15];
    }
    return name;
}

}  // namespace

Result<Handle> make_segment(std::span<const std::byte> bytes) noexcept {
    const auto name = random_name();
    Handle segment(::shm_open(name.data(), O_RDWR | O_CREAT | O_EXCL, 0600));
    if (!segment) {
        return last_error();
    }
    ::shm_unlink(name.data());
    const int descriptor = static_cast<int>(segment.get());
    if (::fcntl(descriptor, F_SETFD, FD_CLOEXEC) < 0 || ::ftruncate(descriptor, static_cast<off_t>(bytes.size())) < 0) {
        return last_error();
    }
    void* memory = ::mmap(nullptr, bytes.size(), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (memory == MAP_FAILED) {
        return last_error();
    }
    std::memcpy(memory, bytes.data(), bytes.size());
    ::munmap(memory, bytes.size());
    return segment;
}

std::error_code read_segment(int segment, std::size_t size, MessageMemory& out) noexcept {
    struct stat facts {};
    if (::fstat(segment, &facts) < 0) {
        return last_error();
    }
    if (static_cast<std::size_t>(facts.st_size) < size) {
        return std::make_error_code(std::errc::bad_message);
    }
    void* memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, segment, 0);
    if (memory == MAP_FAILED) {
        return last_error();
    }
    std::error_code error;
    try {
        const auto* from = static_cast<const std::byte*>(memory);
        out.assign(from, from + size);
    } catch (const std::exception&) {
        error = std::make_error_code(std::errc::not_enough_memory);
    }
    ::munmap(memory, size);
    return error;
}

}  // namespace spork::platform
