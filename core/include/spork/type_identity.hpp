#pragma once

/// \file
/// A number for each type, the same in every program and on every system where the type has the same name.

#include <spork/archive.hpp>

#include <cstdint>
#include <string_view>
#include <type_traits>

namespace spork {

namespace detail {

/// The compiler's spelling of T, without the function around it. The cut is measured on a known type.
template <class T>
constexpr std::string_view signature_of() {
    return __PRETTY_FUNCTION__;  // for MSVC the build defines this name as __FUNCSIG__
}

constexpr std::size_t signature_head = signature_of<double>().find("double");
constexpr std::size_t signature_tail = signature_of<double>().size() - signature_head - 6;

/// The name of T as the compiler writes it, without MSVC's "struct " and the like.
template <class T>
constexpr std::string_view spelled_name() {
    std::string_view name = signature_of<T>();
    name.remove_prefix(signature_head);
    name.remove_suffix(signature_tail);
    for (std::string_view keyword : {"struct ", "class ", "enum "}) {
        if (name.starts_with(keyword)) {
            name.remove_prefix(keyword.size());
        }
    }
    return name;
}

/// FNV-1a, 64 bit.
class IdentityHash {
public:
    constexpr void add(std::string_view text) {
        for (char c : text) {
            add_byte(static_cast<unsigned char>(c));
        }
        add_byte(0);
    }
    constexpr void add(std::uint64_t number) {
        for (int shift = 0; shift < 64; shift += 8) {
            add_byte(static_cast<unsigned char>(number >> shift));
        }
    }
    constexpr std::uint64_t value() const { return value_; }

private:
    constexpr void add_byte(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001b3ull; }

    std::uint64_t value_ = 0xcbf29ce484222325ull;
};

template <class T>
constexpr std::uint64_t compute_identity();

template <class... T>
constexpr void add_identities(IdentityHash& hash, TypeList<T...>) {
    (hash.add(compute_identity<T>()), ...);
}

/// Numbers by kind, size and sign ("long" is not the same everywhere); standard templates by a tag and what they are
/// made of, since each library has its own inline namespaces; everything else by its name.
template <class T>
constexpr std::uint64_t compute_identity() {
    IdentityHash hash;
    if constexpr (std::is_arithmetic_v<T>) {
        hash.add(std::is_same_v<T, bool> ? "bool" : std::is_floating_point_v<T> ? "float" : "integer");
        hash.add(sizeof(T) * 2 + (std::is_signed_v<T> ? 1 : 0));
    } else if constexpr (requires { Transfer<T>::tag; }) {
        hash.add(Transfer<T>::tag);
        add_identities(hash, typename Transfer<T>::components{});
    } else {
        hash.add(spelled_name<T>());
    }
    return hash.value();
}

}  // namespace detail

/// The identity of T that goes with every message.
template <class T>
inline constexpr std::uint64_t type_identity = detail::compute_identity<T>();

/// The name of T as this compiler spells it, for messages to people.
template <class T>
inline constexpr std::string_view type_name = detail::spelled_name<T>();

}  // namespace spork
