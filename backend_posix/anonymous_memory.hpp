#pragma once

/// \file
/// Memory without a name that a descriptor stands for.

#include "platform/handle.hpp"

namespace spork::platform {

/// Empty memory; ftruncate gives it a size. Nothing of it has a name when this returns.
Result<Handle> make_anonymous_memory() noexcept;

/// From now on its size stays, where the system can promise that: a mapping never loses pages that it had.
void fix_size(int memory) noexcept;

/// Where such memory has a name for an instant: removes the one of a process that was killed in it.
void remove_memory_name() noexcept;

}  // namespace spork::platform
