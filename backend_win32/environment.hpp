#pragma once

/// \file
/// Environments for children.

#include <span>
#include <string>

namespace spork::platform::win32 {

/// The block that CreateProcess wants: UTF-16, sorted by name without regard to case, each name once (the last entry of
/// a name counts), a zero after each entry and one at the end. SystemRoot is added where it is missing: without it a
/// process has neither sockets nor random numbers.
std::wstring environment_block(std::span<const std::string> entries);

}  // namespace spork::platform::win32
