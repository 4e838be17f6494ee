#pragma once

/// \file
/// Plain values in messages. Sender and receiver are builds of one program on one machine, so the layout is the
/// compiler's; the bytes may be anybody's.

#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

namespace spork::platform::win32 {

template <class Value>
void append_value(std::vector<std::byte>& bytes, const Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    const std::size_t at = bytes.size();
    bytes.resize(at + sizeof value);
    std::memcpy(bytes.data() + at, &value, sizeof value);
}

/// Takes a value from the front; empty when there are too few bytes.
template <class Value>
std::optional<Value> take_value(std::span<const std::byte>& bytes) noexcept {
    static_assert(std::is_trivially_copyable_v<Value>);
    if (bytes.size() < sizeof(Value)) {
        return std::nullopt;
    }
    Value value;
    std::memcpy(static_cast<void*>(&value), bytes.data(), sizeof value);
    bytes = bytes.subspan(sizeof value);
    return value;
}

}  // namespace spork::platform::win32
