#pragma once

/// \file
/// The values that a ShareableList holds.

#include <spork/export.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace spork {

namespace detail {

[[noreturn]] SPORK_API void throw_number_too_large();

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;

template <class T>
concept ByteRange = std::convertible_to<const T&, std::span<const std::byte>>;

}  // namespace detail

/// ShareableValue is nothing, a bool, a 64-bit integer, a double, a text or bytes: what a ShareableList can hold, and
/// Python's None, bool, int, float, str (in UTF-8) and bytes.
class SPORK_API ShareableValue
    : public std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::byte>> {
    using Base = std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::byte>>;

public:
    /// Nothing: None.
    ShareableValue() noexcept = default;
    ShareableValue(std::monostate) noexcept {}
    ShareableValue(std::nullptr_t) noexcept {}

    ShareableValue(std::same_as<bool> auto value) noexcept : Base(value) {}

    /// Throws UsageError when it does not fit into 64 bits with a sign.
    template <detail::Integer I>
    ShareableValue(I value) : Base(static_cast<std::int64_t>(value)) {
        if (!std::in_range<std::int64_t>(value)) {
            detail::throw_number_too_large();
        }
    }

    ShareableValue(std::floating_point auto value) noexcept : Base(static_cast<double>(value)) {}

    ShareableValue(std::string text) noexcept : Base(std::move(text)) {}
    ShareableValue(std::string_view text) : Base(std::string(text)) {}
    ShareableValue(const char* text) : Base(std::string(text)) {}

    ShareableValue(std::vector<std::byte> bytes) noexcept : Base(std::move(bytes)) {}
    template <detail::ByteRange R>
    ShareableValue(const R& bytes) : ShareableValue(std::span<const std::byte>(bytes)) {}
    ShareableValue(std::span<const std::byte> bytes) : Base(std::vector<std::byte>(bytes.begin(), bytes.end())) {}

    ShareableValue(const ShareableValue& other);
    ShareableValue(ShareableValue&& other) noexcept;
    ShareableValue& operator=(const ShareableValue& other);
    ShareableValue& operator=(ShareableValue&& other) noexcept;
    ~ShareableValue();

    const Base& variant() const noexcept { return *this; }

    /// The value; throws UsageError when it is of another kind. T is one of the types of the variant, or any integer
    /// type that the number fits into.
    template <class T>
    T get() const;

    /// As Python compares: numbers by their value, 1 == 1.0 == true.
    friend SPORK_API bool operator==(const ShareableValue& a, const ShareableValue& b) noexcept;

    /// None, True, -273.154, "text", b"bytes" with \x escapes.
    friend SPORK_API std::ostream& operator<<(std::ostream& stream, const ShareableValue& value);

private:
    [[noreturn]] void throw_other_kind() const;
};

template <class T>
T ShareableValue::get() const {
    if constexpr (detail::Integer<T>) {
        const auto* const number = std::get_if<std::int64_t>(&variant());
        if (number && std::in_range<T>(*number)) {
            return static_cast<T>(*number);
        }
    } else if (const auto* const value = std::get_if<T>(&variant())) {
        return *value;
    }
    throw_other_kind();
}

}  // namespace spork
