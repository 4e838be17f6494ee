/// \file
/// Names of POSIX shared memory, where its objects can be neither locked nor listed.
///
/// Beside each name that spork gives lies a file in the folder for temporary files: it is the mark, and it has the
/// lock. It is made before the name and removed after it. Only when it has a byte does it stand for a block of spork's:
/// an empty one may be beside the name of another program, which is found taken an instant later.

#include "descriptor.hpp"
#include "error.hpp"
#include "lock_users.hpp"
#include "named_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace spork::platform {

namespace {

constexpr const char* folder = "/tmp";

std::string mark_prefix() {
    return "spork-" + std::to_string(::geteuid()) + "-";
}

std::string mark_of(const std::string& name) {
    return folder + ("/" + mark_prefix() + name);
}

bool names(const std::string& path, const Handle& file) noexcept {
    struct stat open {};
    struct stat found {};
    return ::fstat(descriptor(file), &open) == 0 && ::lstat(path.c_str(), &found) == 0 && open.st_dev == found.st_dev &&
           open.st_ino == found.st_ino;
}

/// The mark, locked for a user. Empty, with errno set, when there is none and none is to be made.
Handle open_mark(const std::string& path, int flags) noexcept {
    for (;;) {
        Handle file(::open(path.c_str(), flags | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!file) {
            return Handle();
        }
        auto mark = above_standard_streams(std::move(file));
        if (!mark || !lock_as_user(descriptor(*mark))) {
            return Handle();
        }
        if (names(path, *mark)) {  // else it was just removed, and there may be a new one
            return std::move(*mark);
        }
    }
}

Handle open_memory(const std::string& name, int flags) noexcept {
    Handle memory(::shm_open(("/" + name).c_str(), flags | O_RDWR, 0600));
    if (!memory || close_on_exec(descriptor(memory))) {
        return Handle();
    }
    auto above = above_standard_streams(std::move(memory));
    return above ? std::move(*above) : Handle();
}

/// Takes the name away, and then the mark.
void remove(const std::string& name) noexcept {
    ::shm_unlink(("/" + name).c_str());
    ::unlink(mark_of(name).c_str());
}

}  // namespace

Result<Block> make_named_memory(const std::string& name, std::size_t size) noexcept {
    const std::string path = mark_of(name);
    for (;;) {
        remove_unused_memory_name(name);
        Handle mark = open_mark(path, O_CREAT);
        if (!mark) {
            return last_error();
        }
        Handle memory = open_memory(name, O_CREAT | O_EXCL);
        if (!memory) {
            const auto error = last_error();
            mark.reset();
            remove_unused_memory_name(name);
            return error;
        }
        if (!names(path, mark)) {  // somebody who failed at this name removed it
            ::shm_unlink(("/" + name).c_str());
            continue;
        }
        std::error_code error = allocate_memory(descriptor(memory), size);
        if (!error && ::ftruncate(descriptor(mark), 1) < 0) {
            error = last_error();
        }
        if (error) {
            remove(name);
            return error;
        }
        return Block{std::move(memory), std::move(mark), size, {}};
    }
}

Result<Block> find_named_memory(const std::string& name) noexcept {
    Handle mark = open_mark(mark_of(name), 0);  // none: the block of another program
    Handle memory = open_memory(name, 0);
    struct stat facts {};
    if (!memory || ::fstat(descriptor(memory), &facts) < 0) {
        return last_error();
    }
    return Block{std::move(memory), std::move(mark), static_cast<std::size_t>(facts.st_size), {}};
}

std::error_code remove_memory_name(const std::string& name, const std::array<std::uint64_t, 2>&) noexcept {
    const std::error_code error = ::shm_unlink(("/" + name).c_str()) < 0 ? last_error() : std::error_code();
    ::unlink(mark_of(name).c_str());
    return error;
}

NameFate remove_unused_memory_name(const std::string& name) noexcept {
    const std::string path = mark_of(name);
    const Handle mark(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
    if (!mark) {
        return fate_of_unopened();
    }
    if (!lock_against_users(descriptor(mark))) {
        return NameFate::used;
    }
    struct stat facts {};
    if (!names(path, mark) || ::fstat(descriptor(mark), &facts) < 0) {
        return NameFate::gone;
    }
    if (facts.st_size == 0) {
        ::unlink(path.c_str());
        return NameFate::foreign;
    }
    remove(name);
    return NameFate::removed;
}

void remove_abandoned_memory_names() noexcept {
    const std::string prefix = mark_prefix();
    std::error_code error;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        const std::string file = at->path().filename().string();
        if (file.starts_with(prefix)) {
            remove_unused_memory_name(file.substr(prefix.size()));
        }
    }
}

}  // namespace spork::platform
