#pragma once

/// \file
/// How strings and the containers of the standard library travel. Elements that are plain numbers go in one copy.

#include <spork/archive.hpp>

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <forward_list>
#include <iterator>
#include <list>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace spork {

namespace detail {

/// Every bit pattern of such a type is a value, so that many can be copied at once.
template <class T>
inline constexpr bool is_plain_number =
    (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) || std::is_same_v<T, std::byte>;

/// An element that takes no bytes (a lock, an empty struct) is followed by one: so a count of elements can be checked against
/// the bytes that are left.
template <class T>
void save_element(Writer& writer, const T& value) {
    const std::size_t before = writer.bytes().size();
    writer.write(value);
    if (writer.bytes().size() == before) {
        writer.write_number(std::uint8_t{0});
    }
}
template <class T>
T load_element(Reader& reader) {
    const std::size_t before = reader.left();
    T value = reader.read<T>();
    if (reader.left() == before) {
        reader.read_number<std::uint8_t>();
    }
    return value;
}

/// Containers that grow at the end.
template <class Container>
struct SequenceTransfer {
    using Element = typename Container::value_type;
    using components = TypeList<Element>;

    static void save(Writer& writer, const Container& value) {
        auto depth = writer.nest();
        writer.write_size(static_cast<std::size_t>(std::distance(value.begin(), value.end())));
        for (const auto& element : value) {
            save_element<Element>(writer, element);
        }
    }
    static Container load(Reader& reader) {
        auto depth = reader.nest();
        Container value;
        for (std::size_t left = reader.read_size(); left != 0; --left) {
            value.push_back(load_element<Element>(reader));
        }
        return value;
    }
};

/// Containers whose elements lie one after the other.
template <class Container>
struct ContiguousTransfer : SequenceTransfer<Container> {
    using Element = typename Container::value_type;

    static void save(Writer& writer, const Container& value) {
        if constexpr (is_plain_number<Element>) {
            const std::span<const std::byte> elements = save_front(writer, value);
            writer.write_bytes(elements.data(), elements.size());
        } else {
            SequenceTransfer<Container>::save(writer, value);
        }
    }

    /// What stands before the elements; returns these.
    static std::span<const std::byte> save_front(Writer& writer,
                                                 const Container& value) requires is_plain_number<Element> {
        writer.write_size(value.size());
        return std::as_bytes(std::span(value.data(), value.size()));
    }

    static Container load(Reader& reader) {
        if constexpr (is_plain_number<Element>) {
            const std::size_t size = reader.read_size(sizeof(Element));
            const std::span<const std::byte> bytes = reader.take(size * sizeof(Element));
            if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(Element) == 0) {
                // Constructed from where they lie, the elements are not written twice.
                const auto* const first = reinterpret_cast<const Element*>(bytes.data());
                return Container(first, first + size);
            }
            Container value(size, Element());
            if (size != 0) {
                std::memcpy(value.data(), bytes.data(), bytes.size());
            }
            return value;
        } else {
            return SequenceTransfer<Container>::load(reader);
        }
    }
};

/// Sets and maps, ordered or not. Comparison and hash are default-constructed on the other side.
template <class Container, class Element>
struct AssociativeTransfer {
    using components = TypeList<Element>;

    static void save(Writer& writer, const Container& value) {
        auto depth = writer.nest();
        writer.write_size(value.size());
        for (const auto& element : value) {
            save_element<Element>(writer, element);
        }
    }
    static Container load(Reader& reader) {
        auto depth = reader.nest();
        Container value;
        for (std::size_t left = reader.read_size(); left != 0; --left) {
            value.insert(value.end(), load_element<Element>(reader));
        }
        return value;
    }
};

}  // namespace detail

template <class Char, class Traits, class Allocator>
struct Transfer<std::basic_string<Char, Traits, Allocator>>
    : detail::ContiguousTransfer<std::basic_string<Char, Traits, Allocator>> {
    static constexpr std::string_view tag = "string";
};

template <class T, class Allocator>
struct Transfer<std::vector<T, Allocator>> : detail::ContiguousTransfer<std::vector<T, Allocator>> {
    static constexpr std::string_view tag = "vector";
};

template <class Allocator>
struct Transfer<std::vector<bool, Allocator>> : detail::SequenceTransfer<std::vector<bool, Allocator>> {
    static constexpr std::string_view tag = "vector";
};

template <class T, class Allocator>
struct Transfer<std::deque<T, Allocator>> : detail::SequenceTransfer<std::deque<T, Allocator>> {
    static constexpr std::string_view tag = "deque";
};

template <class T, class Allocator>
struct Transfer<std::list<T, Allocator>> : detail::SequenceTransfer<std::list<T, Allocator>> {
    static constexpr std::string_view tag = "list";
};

template <class T, class Allocator>
struct Transfer<std::forward_list<T, Allocator>> : detail::SequenceTransfer<std::forward_list<T, Allocator>> {
    static constexpr std::string_view tag = "forward_list";
    static std::forward_list<T, Allocator> load(Reader& reader) {
        auto depth = reader.nest();
        std::forward_list<T, Allocator> value;
        auto last = value.before_begin();
        for (std::size_t left = reader.read_size(); left != 0; --left) {
            last = value.insert_after(last, detail::load_element<T>(reader));
        }
        return value;
    }
};

template <class T, std::size_t N>
struct Transfer<std::array<T, N>> {
    static constexpr std::string_view tag = "array";
    using components = detail::TypeList<T, std::integral_constant<std::size_t, N>>;

    static void save(Writer& writer, const std::array<T, N>& value) {
        if constexpr (detail::is_plain_number<T>) {
            writer.write_bytes(value.data(), N * sizeof(T));
        } else {
            auto depth = writer.nest();
            for (const T& element : value) {
                writer.write(element);
            }
        }
    }

    /// Nothing; returns the elements.
    static std::span<const std::byte> save_front(Writer&,
                                                 const std::array<T, N>& value) requires detail::is_plain_number<T> {
        return std::as_bytes(std::span(value));
    }

    static std::array<T, N> load(Reader& reader) {
        if constexpr (detail::is_plain_number<T>) {
            std::array<T, N> value;
            reader.read_bytes(value.data(), N * sizeof(T));
            return value;
        } else {
            auto depth = reader.nest();
            return load_elements(reader, std::make_index_sequence<N>());
        }
    }

private:
    template <std::size_t... I>
    static std::array<T, N> load_elements(Reader& reader, std::index_sequence<I...>) {
        return {{(static_cast<void>(I), reader.read<T>())...}};  // braces evaluate from left to right
    }
};

template <std::size_t N>
struct Transfer<std::bitset<N>> {
    static void save(Writer& writer, const std::bitset<N>& value) { writer.write(value.to_string()); }
    static std::bitset<N> load(Reader& reader) {
        const auto digits = reader.read<std::string>();
        if (digits.size() != N || digits.find_first_not_of("01") != std::string::npos) {
            throw_corrupt_bitset();
        }
        return std::bitset<N>(digits);
    }

private:
    [[noreturn]] static void throw_corrupt_bitset() { detail::throw_corrupt("a bitset of another size"); }
};

template <class Key, class Compare, class Allocator>
struct Transfer<std::set<Key, Compare, Allocator>>
    : detail::AssociativeTransfer<std::set<Key, Compare, Allocator>, Key> {
    static constexpr std::string_view tag = "set";
};

template <class Key, class Compare, class Allocator>
struct Transfer<std::multiset<Key, Compare, Allocator>>
    : detail::AssociativeTransfer<std::multiset<Key, Compare, Allocator>, Key> {
    static constexpr std::string_view tag = "multiset";
};

template <class Key, class Hash, class Equal, class Allocator>
struct Transfer<std::unordered_set<Key, Hash, Equal, Allocator>>
    : detail::AssociativeTransfer<std::unordered_set<Key, Hash, Equal, Allocator>, Key> {
    static constexpr std::string_view tag = "unordered_set";
};

template <class Key, class Hash, class Equal, class Allocator>
struct Transfer<std::unordered_multiset<Key, Hash, Equal, Allocator>>
    : detail::AssociativeTransfer<std::unordered_multiset<Key, Hash, Equal, Allocator>, Key> {
    static constexpr std::string_view tag = "unordered_multiset";
};

template <class Key, class T, class Compare, class Allocator>
struct Transfer<std::map<Key, T, Compare, Allocator>>
    : detail::AssociativeTransfer<std::map<Key, T, Compare, Allocator>, std::pair<const Key, T>> {
    static constexpr std::string_view tag = "map";
};

template <class Key, class T, class Compare, class Allocator>
struct Transfer<std::multimap<Key, T, Compare, Allocator>>
    : detail::AssociativeTransfer<std::multimap<Key, T, Compare, Allocator>, std::pair<const Key, T>> {
    static constexpr std::string_view tag = "multimap";
};

template <class Key, class T, class Hash, class Equal, class Allocator>
struct Transfer<std::unordered_map<Key, T, Hash, Equal, Allocator>>
    : detail::AssociativeTransfer<std::unordered_map<Key, T, Hash, Equal, Allocator>, std::pair<const Key, T>> {
    static constexpr std::string_view tag = "unordered_map";
};

template <class Key, class T, class Hash, class Equal, class Allocator>
struct Transfer<std::unordered_multimap<Key, T, Hash, Equal, Allocator>>
    : detail::AssociativeTransfer<std::unordered_multimap<Key, T, Hash, Equal, Allocator>, std::pair<const Key, T>> {
    static constexpr std::string_view tag = "unordered_multimap";
};

}  // namespace spork
