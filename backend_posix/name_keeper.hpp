#pragma once

/// \file
/// The keeper: a process that takes names away when those who made them were killed.
///
/// Whoever lets go of a block as its last user removes the name himself. A process that is killed cannot; so one that
/// makes named blocks has a keeper, which learns of each name before anybody can find it. The keeper is the program
/// itself, started by exec: small, and none of its memory is shared with its maker's. It leaves the family, the session
/// and the terminal, so that what ends them does not end it; it sleeps until its maker is gone, looks after the names
/// until nobody uses them, and ends. A name that is left when all processes and their keepers are killed in one instant
/// is removed by the next keeper of any program of the user.

#include "platform/handle.hpp"

#include <string>
#include <string_view>

namespace spork::platform {

/// The word in the keeper's command line.
inline constexpr std::string_view keeper_word = "--spork-keeper=";

/// From now on the name is taken away when this process is gone and nobody uses the block. Starts the keeper if need
/// be. In a process that has not called spork::init, whose program cannot be a keeper, the name is remembered for
/// later.
std::error_code keep_name(const std::string& name) noexcept;

/// This process uses the block no longer. Whether others do is the keeper's business from now on.
void release_name(const std::string& name) noexcept;

/// In spork::init: this program can be a keeper, and is told the names that wait for one.
void allow_keeper() noexcept;

/// In a forked child: the keeper is its parent's.
void forget_keeper() noexcept;

/// The keeper itself. Ends the process.
[[noreturn]] void serve_as_keeper(Handle names) noexcept;

}  // namespace spork::platform
