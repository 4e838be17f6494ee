#pragma once

/// \file
/// Standard values in the messages of failed comparisons.

#include <spork/exit_status.hpp>

#include <QTest>

#include <cstddef>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace support {

template <class T>
std::string shown(const T& value) {
    std::ostringstream text;
    if constexpr (std::is_convertible_v<const T&, std::string_view>) {
        text << '"' << std::string_view(value) << '"';
    } else if constexpr (requires { value.has_value(); }) {
        text << (value ? shown(*value) : "empty");
    } else if constexpr (requires { value.begin(); }) {
        text << '[';
        for (const auto& element : value) {
            text << (text.tellp() > 1 ? ", " : "") << shown(element);
        }
        text << ']';
    } else if constexpr (requires { text << value; }) {
        text << value;
    } else {
        text << "a value that cannot be printed";
    }
    return text.str();
}

}  // namespace support

// Qt Test looks for these in its own namespace.
namespace QTest {

template <>
inline char* toString(const std::string& value) {
    return qstrdup(support::shown(value).c_str());
}
template <>
inline char* toString(const std::optional<int>& value) {
    return qstrdup(support::shown(value).c_str());
}
template <>
inline char* toString(const std::vector<int>& value) {
    return qstrdup(support::shown(value).c_str());
}
template <>
inline char* toString(const std::vector<unsigned>& value) {
    return qstrdup(support::shown(value).c_str());
}
template <>
inline char* toString(const std::vector<std::string>& value) {
    return qstrdup(support::shown(value).c_str());
}
template <>
inline char* toString(const spork::ExitStatus& value) {
    return qstrdup(to_string(value).c_str());
}

}  // namespace QTest
