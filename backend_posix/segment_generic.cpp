/// \file
/// Segments as POSIX shared memory whose name is removed at once. They can only be mapped: Darwin has no read and write
/// on them.
///
/// All processes of a user use the same name. Nobody opens what stands there, so whoever finds it taken removes it: it is
/// another process's, which needs it no longer, or it was left by one that was killed. Such a name holds no memory, and
/// there is never more than one.

#include "error.hpp"
#include "segment.hpp"

#include "platform/host.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <span>

namespace spork::platform {

namespace {

constexpr int attempts = 100;

/// Darwin allows 31 characters.
std::array<char, 31> segment_name() noexcept {
    std::array<char, 31> name{"/spork-"};
    std::to_chars(name.data() + 7, name.data() + name.size() - 1, ::geteuid());
    return name;
}

std::array<char, 31> random_name() noexcept {
    std::uint64_t number = 0;
    static_cast<void>(random_bytes(std::as_writable_bytes(std::span(&number, 1))));
    std::array<char, 31> name{"/spork-"};
    std::to_chars(name.data() + 7, name.data() + name.size() - 1, number, 16);
    return name;
}

Handle create(const char* name) noexcept {
    Handle segment(::shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600));
    if (segment) {
        ::shm_unlink(name);
    }
    return segment;
}

/// Memory that has no name any more; empty, with errno set, when there is none to be had.
Handle create() noexcept {
    const auto name = segment_name();
    for (int attempt = 0; attempt < attempts; ++attempt) {
        Handle segment = create(name.data());
        if (segment || errno != EEXIST) {
            return segment;
        }
        if (::shm_unlink(name.data()) < 0 && errno != ENOENT) {
            break;
        }
    }
    return create(random_name().data());  // a stranger has taken the name, or very many processes want it now
}

}  // namespace

Result<Handle> make_segment(std::span<const std::byte> bytes) noexcept {
    Handle segment = create();
    if (!segment) {
        return last_error();
    }
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

void remove_segment_name() noexcept {
    ::shm_unlink(segment_name().data());
}

}  // namespace spork::platform
