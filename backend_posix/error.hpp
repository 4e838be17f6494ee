#pragma once

/// \file
/// errno to std::error_code, in one place.

#include <system_error>

namespace spork::platform {

/// The code of errno, to be taken right after the call that failed.
std::error_code last_error() noexcept;
std::error_code error_of(int number) noexcept;

}  // namespace spork::platform
