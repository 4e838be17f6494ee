#pragma once

/// \file
/// Job objects: what makes children end with their parent, and a child end with what it started.

#include "windows_api.hpp"

namespace spork::platform::win32 {

/// The job of all children of this process that must not outlive it. Nobody else holds a handle of it, so that the
/// system closes it when this process ends, however that happens, and ends the members.
Result<RawHandle> family_job() noexcept;

/// A job for one child and what it starts. Closing its handle ends nobody.
Result<Handle> make_tree_job() noexcept;

}  // namespace spork::platform::win32
