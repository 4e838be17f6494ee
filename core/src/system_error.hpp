#pragma once

/// \file
/// From the seam's error codes to exceptions.

#include <string>
#include <system_error>

namespace spork::detail {

[[noreturn]] inline void throw_system(std::error_code error, const std::string& what) {
    throw std::system_error(error, what);
}

inline bool is(std::error_code error, std::errc condition) noexcept {
    return error == std::make_error_condition(condition);
}

}  // namespace spork::detail
