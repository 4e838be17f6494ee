/// \file
/// Payloads in anonymous memory.

#include "anonymous_memory.hpp"
#include "descriptor.hpp"
#include "error.hpp"
#include "payload.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace spork::platform {

Result<Handle> make_payload(std::span<const std::byte> bytes) noexcept {
    auto payload = make_anonymous_memory();
    if (!payload) {
        return payload.error();
    }
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t size = ::write(descriptor(*payload), bytes.data() + done, bytes.size() - done);
        if (size < 0 && errno != EINTR) {
            return last_error();
        }
        done += size > 0 ? static_cast<std::size_t>(size) : 0;
    }
    return payload;
}

std::error_code read_payload(int payload, std::size_t size, MessageMemory& out) noexcept {
    struct stat facts {};
    if (::fstat(payload, &facts) < 0) {
        return last_error();
    }
    // Blocks, not the size: a hostile sender can claim a terabyte of holes for nothing.
    if (!S_ISREG(facts.st_mode) || static_cast<std::size_t>(facts.st_blocks) * 512 < size) {
        return std::make_error_code(std::errc::bad_message);
    }
    try {
        out.resize(size);
    } catch (const std::exception&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
    for (std::size_t done = 0; done < size;) {
        const ssize_t got = ::pread(payload, out.data() + done, size - done, static_cast<off_t>(done));
        if (got == 0) {
            return std::make_error_code(std::errc::bad_message);
        }
        if (got < 0 && errno != EINTR) {
            return last_error();
        }
        done += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    return {};
}

}  // namespace spork::platform
