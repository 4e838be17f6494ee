/// \file
/// Payloads in memory that can only be mapped: Darwin has no read and write on POSIX shared memory.

#include "anonymous_memory.hpp"
#include "descriptor.hpp"
#include "error.hpp"
#include "payload.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace spork::platform {

Result<Handle> make_payload(std::span<const std::byte> bytes) noexcept {
    auto payload = make_anonymous_memory();
    if (!payload) {
        return payload.error();
    }
    const int file = descriptor(*payload);
    if (::ftruncate(file, static_cast<off_t>(bytes.size())) < 0) {
        return last_error();
    }
    void* memory = ::mmap(nullptr, bytes.size(), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) {
        return last_error();
    }
    std::memcpy(memory, bytes.data(), bytes.size());
    ::munmap(memory, bytes.size());
    return payload;
}

std::error_code read_payload(int payload, std::size_t size, MessageMemory& out) noexcept {
    struct stat facts {};
    if (::fstat(payload, &facts) < 0) {
        return last_error();
    }
    if (static_cast<std::size_t>(facts.st_size) < size) {
        return std::make_error_code(std::errc::bad_message);
    }
    void* memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, payload, 0);
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
