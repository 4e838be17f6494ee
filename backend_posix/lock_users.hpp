#pragma once

/// \file
/// The lock that counts users: shared for each of them, exclusive for whoever finds that there is none.

#include <sys/file.h>

#include <cerrno>

namespace spork::platform {

/// Becomes a user. Waits for those who are just removing the name: an instant.
inline bool lock_as_user(int file) noexcept {
    int result = ::flock(file, LOCK_SH);
    while (result < 0 && errno == EINTR) {
        result = ::flock(file, LOCK_SH);
    }
    return result == 0;
}

/// False when there is a user. Until the descriptor is closed nobody becomes one.
inline bool lock_against_users(int file) noexcept {
    return ::flock(file, LOCK_EX | LOCK_NB) == 0;
}

}  // namespace spork::platform
