#pragma once

/// \file
/// Which types travel between processes: the concept Transferable.

#include <spork/transfer_class.hpp>
#include <spork/transfer_standard.hpp>

#include <type_traits>

namespace spork {

namespace detail {

template <class T>
concept HasTransfer = requires(Writer& writer, Reader& reader, const T& value) {
    Transfer<T>::save(writer, value);
    { Transfer<T>::load(reader) } -> std::convertible_to<T>;
};

template <class T, class... Visiting>
constexpr bool travels();

template <class... Visiting, class... T>
constexpr bool all_travel(TypeList<T...>, TypeList<Visiting...>) {
    return (travels<T, Visiting...>() && ...);
}

/// A type that is being looked at already is taken as fit: a tree of nodes travels when everything else in a node does.
template <class T, class... Visiting>
constexpr bool travels() {
    if constexpr ((std::is_same_v<T, Visiting> || ...)) {
        return true;
    } else if constexpr (!std::is_object_v<T> || std::is_const_v<T> ||
                         (std::is_pointer_v<T> && !std::is_function_v<std::remove_pointer_t<T>>)) {
        return false;
    } else if constexpr (requires { typename Transfer<T>::components; }) {
        return all_travel(typename Transfer<T>::components{}, TypeList<T, Visiting...>{});
    } else {
        return HasTransfer<T>;
    }
}

/// Names the type that does not travel: the compiler prints T, and for a part of a type the path to it.
template <class T, class... Inside>
constexpr void require_transferable();

template <class... Inside, class... T>
constexpr void require_all(TypeList<T...>, TypeList<Inside...>) {
    (require_transferable<T, Inside...>(), ...);
}

template <class T, class... Inside>
constexpr void require_transferable() {
    if constexpr (!travels<T, Inside...>()) {
        if constexpr (requires { typename Transfer<T>::components; }) {
            require_all(typename Transfer<T>::components{}, TypeList<T, Inside...>{});
        } else {
            static_assert(
                travels<T>(),
                "spork: this type T cannot be sent to another process. Pass values, not pointers, references, "
                "std::function or lambdas with captures (spork::bind takes arguments along); give a class of "
                "your own a serialize(Archive&) member, or make it a plain aggregate; for a trivially copyable "
                "type set spork::enable_transfer<T>");
        }
    }
}

}  // namespace detail

/// T can be sent to another process: as an argument, over a Connection, in a Queue. See docs/transferable.md.
template <class T>
concept Transferable = detail::travels<std::remove_cvref_t<T>>();

template <class T>
void Writer::write(const T& value) {
    if constexpr (detail::CerealWrapper<T>) {
        detail::save_wrapped(*this, value);
    } else {
        detail::require_transferable<T>();
        if constexpr (Transferable<T>) {
            Transfer<T>::save(*this, value);
        }
    }
}

template <class T>
void Writer::write_last(const T& value) {
    if constexpr (requires { Transfer<T>::save_front(*this, value); }) {
        rest_ = Transfer<T>::save_front(*this, value);
    } else {
        write(value);
    }
}

template <class T>
T Reader::read() {
    detail::require_transferable<T>();
    if constexpr (Transferable<T>) {
        return Transfer<T>::load(*this);
    }
}

template <class T>
void Reader::read_into(T& value) {
    using Value = std::remove_cvref_t<T>;
    if constexpr (detail::CerealWrapper<Value>) {
        detail::load_wrapped(*this, value);
    } else {
        value = read<Value>();
    }
}

}  // namespace spork
