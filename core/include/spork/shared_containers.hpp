#pragma once

/// \file
/// Containers that live in a SharedArena.
///
/// They are Boost.Container's, with an allocator whose pointers are offsets: the same bytes mean the same in every
/// process, wherever it has the arena. Standard containers do not qualify, docs/adr/0009-containers-of-boost.md says
/// why.

#include <spork/shared_arena.hpp>

#include <boost/container/deque.hpp>
#include <boost/container/list.hpp>
#include <boost/container/map.hpp>
#include <boost/container/set.hpp>
#include <boost/container/string.hpp>
#include <boost/container/vector.hpp>
#include <boost/interprocess/offset_ptr.hpp>

#include <cstddef>
#include <functional>
#include <limits>

namespace spork::shared {

/// A pointer to an object of the same arena; it lies in the arena itself.
template <class T>
using pointer = boost::interprocess::offset_ptr<T>;

/// allocator takes memory from the arena that it was made from, `arena.allocator<T>()`. It may lie in the arena, and
/// does in its containers.
template <class T>
class allocator {
public:
    using value_type = T;
    using pointer = shared::pointer<T>;
    using const_pointer = shared::pointer<const T>;
    using void_pointer = shared::pointer<void>;
    using const_void_pointer = shared::pointer<const void>;
    using size_type = std::size_t;
    using difference_type = std::ptrdiff_t;

    explicit allocator(const SharedArena& arena) noexcept : header_(&arena.header()) {}
    allocator(const allocator&) noexcept = default;
    allocator& operator=(const allocator&) noexcept = default;
    template <class Other>
    allocator(const allocator<Other>& other) noexcept : header_(other.header_) {}

    /// Throws ArenaFull.
    pointer allocate(size_type count) {
        const bool fits = count <= std::numeric_limits<size_type>::max() / sizeof(T);
        const size_type size = fits ? count * sizeof(T) : std::numeric_limits<size_type>::max();
        return pointer(static_cast<T*>(detail::allocate_in_arena(*header_, size, alignof(T))));
    }
    void deallocate(const pointer& memory, size_type count) noexcept {
        detail::free_in_arena(*header_, memory.get(), count * sizeof(T));
    }

    template <class Other>
    friend bool operator==(const allocator& a, const allocator<Other>& b) noexcept {
        return a.header_ == b.header_;
    }

private:
    template <class>
    friend class allocator;

    shared::pointer<detail::ArenaHeader> header_;
};

template <class T>
using vector = boost::container::vector<T, allocator<T>>;
template <class T>
using deque = boost::container::deque<T, allocator<T>>;
template <class T>
using list = boost::container::list<T, allocator<T>>;
template <class Key, class T, class Less = std::less<Key>>
using map = boost::container::map<Key, T, Less, allocator<std::pair<const Key, T>>>;
template <class T, class Less = std::less<T>>
using set = boost::container::set<T, Less, allocator<T>>;
using string = boost::container::basic_string<char, std::char_traits<char>, allocator<char>>;

}  // namespace spork::shared
