#pragma once

/// \file
/// Shared memory with a name, as this system names it and counts its users.
///
/// A name that spork gives is marked. Whoever uses the memory holds a shared lock (flock) on something that stands for
/// it: the kernel drops the lock with the last descriptor and mapping, however their process ends. So a marked name
/// that can be locked exclusively has no user, and whoever finds one may remove it.

#include "platform/memory_block.hpp"

#include <cerrno>
#include <string>

namespace spork::platform {

Result<Block> make_named_memory(const std::string& name, std::size_t size) noexcept;
Result<Block> find_named_memory(const std::string& name) noexcept;
std::error_code remove_memory_name(const std::string& name, const std::array<std::uint64_t, 2>& identity) noexcept;
NameFate remove_unused_memory_name(const std::string& name) noexcept;

/// After a failed open: no such name, one that is not for us, or no descriptor left to look with.
inline NameFate fate_of_unopened() noexcept {
    switch (errno) {
        case ENOENT:
            return NameFate::gone;
        case EMFILE:
        case ENFILE:
        case ENOMEM:
        case EINTR:
            return NameFate::used;
        default:
            return NameFate::foreign;
    }
}

inline bool is_taken(NameFate fate) noexcept {
    return fate == NameFate::used || fate == NameFate::foreign;
}

/// Removes every marked name of this user's that nobody uses: all processes that knew of them were killed.
void remove_abandoned_memory_names() noexcept;

/// Gives empty shared memory its size, with all pages set aside.
std::error_code allocate_memory(int memory, std::size_t size) noexcept;

}  // namespace spork::platform
