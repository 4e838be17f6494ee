#pragma once

/// \file
/// What a child knows of the process that started it.

#include "windows_api.hpp"

namespace spork::platform::win32 {

/// What a child may do with its parent: wait for its end, put handles into it, tell it from a later process.
inline constexpr DWORD parent_rights = SYNCHRONIZE | PROCESS_DUP_HANDLE | PROCESS_QUERY_LIMITED_INFORMATION;

/// Keeps the inherited handle of the parent for the rest of this process.
void remember_parent(RawHandle parent) noexcept;

/// The handle of the parent while the parent runs; no_handle when it has ended, and in a process that is no child.
RawHandle living_parent() noexcept;

}  // namespace spork::platform::win32
