/// \file
/// Names in /dev/shm, where shm_open looks for them.
///
/// A block is finished before it gets its name, so that nobody ever finds half of one and a process that is killed
/// meanwhile leaves nothing. The lock is on the memory's own file. The mark is the sticky bit, which means nothing for
/// files.

#include "descriptor.hpp"
#include "error.hpp"
#include "lock_users.hpp"
#include "named_memory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace spork::platform {

namespace {

constexpr const char* folder = "/dev/shm";
constexpr mode_t access_rights = S_IRUSR | S_IWUSR;
constexpr mode_t mark = S_ISVTX;

std::string path_of(const std::string& name) {
    return folder + ("/" + name);
}

bool is_the_same(const struct stat& one, const struct stat& other) noexcept {
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/// Whether the name stands for this file.
bool names(const std::string& path, const struct stat& file) noexcept {
    struct stat found {};
    return ::lstat(path.c_str(), &found) == 0 && is_the_same(found, file);
}

std::array<std::uint64_t, 2> identity_of(const struct stat& file) noexcept {
    return {file.st_dev, file.st_ino};
}

/// Empty, with errno set, when it cannot be opened.
Handle open_file(const char* path, int flags) noexcept {
    Handle file(::open(path, flags | O_CLOEXEC, access_rights));
    if (!file) {
        return file;
    }
    auto above = above_standard_streams(std::move(file));
    return above ? std::move(*above) : Handle();
}

std::error_code give_name(const Handle& memory, const std::string& path) {
    const std::string nameless = "/proc/self/fd/" + std::to_string(memory.get());
    return ::linkat(AT_FDCWD, nameless.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) < 0 ? last_error()
                                                                                               : std::error_code();
}

}  // namespace

Result<Block> make_named_memory(const std::string& name, std::size_t size) noexcept {
    const std::string path = path_of(name);
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) == 0 && is_taken(remove_unused_memory_name(name))) {
        return std::make_error_code(std::errc::file_exists);
    }
    Handle memory = open_file(folder, O_TMPFILE | O_RDWR);
    const int file = descriptor(memory);
    if (!memory || !lock_as_user(file) || ::fchmod(file, access_rights | mark) < 0) {
        return last_error();
    }
    if (const auto error = allocate_memory(file, size)) {
        return error;
    }
    if (const auto error = give_name(memory, path)) {
        return error;
    }
    if (::fstat(file, &facts) < 0) {
        return last_error();
    }
    return Block{std::move(memory), Handle(), size, identity_of(facts)};
}

Result<Block> find_named_memory(const std::string& name) noexcept {
    Handle memory = open_file(path_of(name).c_str(), O_RDWR | O_NOFOLLOW);
    struct stat facts {};
    if (!memory || !lock_as_user(descriptor(memory)) || ::fstat(descriptor(memory), &facts) < 0) {
        return last_error();
    }
    if (facts.st_nlink == 0) {  // its last user was just removing it
        return std::make_error_code(std::errc::no_such_file_or_directory);
    }
    return Block{std::move(memory), Handle(), static_cast<std::size_t>(facts.st_size), identity_of(facts)};
}

std::error_code remove_memory_name(const std::string& name, const std::array<std::uint64_t, 2>& identity) noexcept {
    const std::string path = path_of(name);
    struct stat found {};
    if (::lstat(path.c_str(), &found) < 0) {
        return last_error();
    }
    if (identity_of(found) != identity) {
        return std::make_error_code(std::errc::no_such_file_or_directory);
    }
    return ::unlink(path.c_str()) < 0 ? last_error() : std::error_code();
}

NameFate remove_unused_memory_name(const std::string& name) noexcept {
    const std::string path = path_of(name);
    const Handle memory(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat facts {};
    if (!memory || ::fstat(descriptor(memory), &facts) < 0) {
        return fate_of_unopened();
    }
    if (!S_ISREG(facts.st_mode) || (facts.st_mode & mark) == 0 || facts.st_uid != ::geteuid()) {
        return NameFate::foreign;
    }
    if (!lock_against_users(descriptor(memory))) {
        return NameFate::used;
    }
    // Somebody may have removed it since, and made another one.
    return names(path, facts) && ::unlink(path.c_str()) == 0 ? NameFate::removed : NameFate::gone;
}

void remove_abandoned_memory_names() noexcept {
    std::error_code error;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        remove_unused_memory_name(at->path().filename().string());
    }
}

}  // namespace spork::platform
