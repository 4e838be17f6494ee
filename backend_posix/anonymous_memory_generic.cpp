/// \file
/// Anonymous memory as POSIX shared memory whose name is removed at once.
///
/// All processes of a user use the same name. Nobody opens what stands there, so whoever finds it taken removes it: it is
/// another process's, which needs it no longer, or it was left by one that was killed. Such a name holds no memory, and
/// there is never more than one.

#include "anonymous_memory.hpp"

#include "descriptor.hpp"
#include "error.hpp"

#include "platform/host.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <span>

namespace spork::platform {

namespace {

constexpr int attempts = 100;

/// Darwin allows 31 characters.
std::array<char, 31> memory_name() noexcept {
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
    Handle memory(::shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600));
    if (memory) {
        ::shm_unlink(name);
    }
    return memory;
}

/// Memory that has no name any more; empty, with errno set, when there is none to be had.
Handle create() noexcept {
    const auto name = memory_name();
    for (int attempt = 0; attempt < attempts; ++attempt) {
        Handle memory = create(name.data());
        if (memory || errno != EEXIST) {
            return memory;
        }
        if (::shm_unlink(name.data()) < 0 && errno != ENOENT) {
            break;
        }
    }
    return create(random_name().data());  // a stranger has taken the name, or very many processes want it now
}

}  // namespace

Result<Handle> make_anonymous_memory() noexcept {
    Handle memory = create();
    if (!memory) {
        return last_error();
    }
    if (const auto error = close_on_exec(descriptor(memory))) {
        return error;
    }
    return above_standard_streams(std::move(memory));
}

void fix_size(int) noexcept {}

void remove_memory_name() noexcept {
    ::shm_unlink(memory_name().data());
}

}  // namespace spork::platform
