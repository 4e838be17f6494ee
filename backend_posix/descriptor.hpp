#pragma once

/// \file
/// Descriptors.

#include "platform/handle.hpp"

namespace spork::platform {

inline int descriptor(const Handle& handle) noexcept {
    return static_cast<int>(handle.get());
}

std::error_code close_on_exec(int descriptor) noexcept;

/// A program that closed its standard streams gets their numbers for its next descriptors; those must not be ours.
Result<Handle> above_standard_streams(Handle handle) noexcept;

}  // namespace spork::platform
