#pragma once

/// \file
/// Memory that several processes share, in which they make objects of any size as they go.

#include <spork/export.hpp>
#include <spork/lock.hpp>
#include <spork/transferable.hpp>
#include <spork/type_identity.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace spork {

namespace detail {

class ArenaMemory;
struct ArenaHeader;

/// Memory of the arena that the header belongs to, wherever it lies in this process.
SPORK_API void* allocate_in_arena(ArenaHeader& header, std::size_t size, std::size_t alignment);
SPORK_API void free_in_arena(ArenaHeader& header, void* memory, std::size_t size) noexcept;

}  // namespace detail

namespace shared {

template <class T>
class allocator;

}  // namespace shared

/// A SharedArena has no room left for what was asked for; what() names the arena.
class SPORK_API ArenaFull : public std::bad_alloc {
public:
    explicit ArenaFull(std::string what) : what_(std::make_shared<const std::string>(std::move(what))) {}
    const char* what() const noexcept override { return what_->c_str(); }

private:
    std::shared_ptr<const std::string> what_;  // an exception is copied without throwing
};

/// What can be said about a new SharedArena: `spork::SharedArena({.capacity = 1 << 20, .name = "words"})`.
struct ArenaOptions {
    std::size_t capacity = std::size_t{16} << 30;  ///< how far it can grow, in bytes; costs address space only
    std::string name = "arena";                    ///< in error messages
};

/// SharedArena is memory that several processes share and fill together with objects: with spork::shared::vector, map,
/// string and the like, which grow in it.
///
///     spork::SharedArena arena;
///     auto& words = arena.find_or_make<spork::shared::map<spork::shared::string, int>>("words");
///     spork::Process worker(count_words, arena);            // finds "words" in the arena, too
///     ...
///     const std::scoped_lock held(arena.get_lock());
///     words[spork::shared::string("egon", words.get_allocator())] += 1;
///
/// Memory is taken from the system as it is needed, up to the capacity, and large pieces that are freed go back to it
/// (on Windows with the arena). An arena and its objects go with the last process that has a handle, however it ends;
/// objects are not destroyed then. A reference into the arena is valid in one process, while a handle to the arena
/// lives there: pass the handle to other processes, not the reference. What lies in an arena must not hold plain
/// pointers.
///
/// Making and freeing memory is safe between all processes, wherever one of them is killed: the next one finishes what it
/// had begun, and goes on. What a dead process had made and nobody else knows of stays taken. What containers hold is
/// not safe by itself: hold get_lock() while you change or read one that others change. When a process is killed while
/// it holds that lock, `get_lock().abandoned()` tells the next holder that objects may be half changed. Threads: any
/// number at once.
class SPORK_API SharedArena {
public:
    /// An empty arena. Throws std::system_error when the system has no memory or no handle left, UsageError for a
    /// capacity of less than 4 KiB.
    explicit SharedArena(ArenaOptions options = {});

    template <std::integral N>
    explicit SharedArena(N capacity) : SharedArena(ArenaOptions{.capacity = checked(capacity)}) {}

    /// The object of this name, or a new one, made of the arguments and, where it takes one, the arena's allocator. All
    /// processes get the same one. Throws UsageError when the name is that of an object of another type; ArenaFull.
    template <class T, class... A>
    T& find_or_make(std::string_view name, A&&... arguments) const {
        const std::scoped_lock held(get_lock());
        if (T* const found = find<T>(name)) {
            return *found;
        }
        T& object = make<T>(std::forward<A>(arguments)...);
        try {
            publish(name, type_identity<T>, &object);
        } catch (...) {
            destroy(object);
            throw;
        }
        return object;
    }

    /// Null when there is no object of this name. Throws UsageError when it is of another type.
    template <class T>
    T* find(std::string_view name) const {
        return static_cast<T*>(find(name, type_identity<T>));
    }

    /// Destroys the object of this name; false when there is none. Other processes must not use it any more.
    template <class T>
    bool destroy(std::string_view name) const {
        const std::scoped_lock held(get_lock());
        T* const object = static_cast<T*>(withdraw(name, type_identity<T>));
        if (object) {
            destroy(*object);
        }
        return object != nullptr;
    }

    /// A new object without a name, for those that other objects of the arena point to. Throws ArenaFull.
    template <class T, class... A>
    T& make(A&&... arguments) const {
        void* const place = allocate(sizeof(T), alignof(T));
        try {
            return *std::uninitialized_construct_using_allocator(static_cast<T*>(place), allocator<T>(),
                                                                 std::forward<A>(arguments)...);
        } catch (...) {
            free(place, sizeof(T));
            throw;
        }
    }
    template <class T>
    void destroy(T& object) const noexcept {
        std::destroy_at(&object);
        free(&object, sizeof(T));
    }

    /// For the containers of spork::shared; needs <spork/shared_containers.hpp>.
    template <class T>
    shared::allocator<T> allocator() const {
        return shared::allocator<T>(*this);
    }

    /// Plain memory of the arena. Throws ArenaFull.
    void* allocate(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) const;
    void free(void* memory, std::size_t size) const noexcept;

    /// The lock with which users guard what is in the arena. The arena takes it for find_or_make and destroy only.
    const RLock& get_lock() const noexcept { return lock_; }

    /// Calls the function while the lock is held.
    template <std::invocable F>
    decltype(auto) with(F&& function) const {
        const std::scoped_lock held(get_lock());
        return std::invoke(std::forward<F>(function));
    }

    /// How far it can grow; what it has taken from the system so far; how much of that is free.
    std::size_t capacity() const noexcept;
    std::size_t size() const noexcept;
    std::size_t free_size() const;

    const std::string& name() const noexcept;

    /// Whether two handles are the same arena.
    friend bool operator==(const SharedArena& a, const SharedArena& b) noexcept { return a.lock_ == b.lock_; }

private:
    template <class T>
    friend class shared::allocator;
    friend struct Transfer<SharedArena>;
    SharedArena(std::shared_ptr<detail::ArenaMemory> memory, RLock lock) noexcept;

    template <std::integral N>
    static std::size_t checked(N capacity) {
        return capacity < 0 ? 0 : static_cast<std::size_t>(capacity);
    }

    detail::ArenaHeader& header() const noexcept;
    void* find(std::string_view name, std::uint64_t type) const;
    void publish(std::string_view name, std::uint64_t type, void* object) const;
    void* withdraw(std::string_view name, std::uint64_t type) const;

    std::shared_ptr<detail::ArenaMemory> memory_;
    RLock lock_;
};

template <>
struct SPORK_API Transfer<SharedArena> {
    static void save(Writer& writer, const SharedArena& value);
    static SharedArena load(Reader& reader);
};

}  // namespace spork
