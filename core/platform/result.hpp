#pragma once

/// \file
/// What a seam function returns: a value or the system's own reason.

#include <optional>
#include <system_error>
#include <utility>

namespace spork::platform {

/// Result holds a value, or the std::error_code that says why there is none.
///
/// Seam functions never throw; core turns the code into the exception that names object and step.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) noexcept : value_(std::move(value)) {}
    Result(std::error_code error) noexcept : error_(error) {}

    explicit operator bool() const noexcept { return value_.has_value(); }
    std::error_code error() const noexcept { return error_; }

    T& operator*() noexcept { return *value_; }
    const T& operator*() const noexcept { return *value_; }
    T* operator->() noexcept { return &*value_; }
    const T* operator->() const noexcept { return &*value_; }

private:
    std::optional<T> value_;
    std::error_code error_;
};

}  // namespace spork::platform
