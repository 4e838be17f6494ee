#pragma once

/// \file
/// A fixed number of elements that several processes share.

#include <spork/shared_array.hpp>
#include <spork/transferable.hpp>

#include <concepts>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <span>
#include <type_traits>
#include <utility>

namespace spork {

/// Array is a fixed number of elements in memory that several processes share, with a lock.
///
/// An Array is a cheap handle: copies, and what a child receives as an argument or in a message, are the same memory,
/// which lives as long as a handle does in any process. Nothing is ever copied to pass it on, and memory that nobody
/// has touched costs nothing. T is trivially copyable, holds no pointers, and is aligned to 64 bytes at most. Without a
/// given one, the lock is an RLock that belongs to the Array. When a process dies while it holds the lock, the next one
/// gets it, and `get_lock().abandoned()` tells that the elements may be half written.
///
///     spork::Array<double> samples(1'000'000);
///     spork::Process worker(fill, samples);
///     ...
///     double sum = samples.with([](std::span<double> s) { return std::accumulate(s.begin(), s.end(), 0.0); });
///
/// Elements, iterators and slices are references into the memory: using them takes no lock. Where several processes
/// write, put it into with(), or hold get_lock(), which nests. `==` asks whether two handles are the same memory.
/// Threads: any number at once, as long as they do not assign to the handle itself. Python: multiprocessing.Array,
/// whose negative indexes and steps it does not have.
template <class T>
class Array : public detail::SharedArray<T, Array<T>> {
    using Base = detail::SharedArray<T, Array>;

public:
    /// No elements.
    Array() : Array(0) {}

    /// These elements. All constructors throw std::system_error when the system has no memory or no handle left.
    /// `{.lock = lock}`: the caller's Lock or RLock, which goes to other processes along with the elements. `{.lock =
    /// false}`: none; value(), set_value() and raw() then do not wait for anybody, get_lock() and with() throw
    /// UsageError.
    Array(std::initializer_list<T> elements, LockOptions options = {}) : Base(elements, options.lock) {}

    /// So many elements T(), zero for numbers. In parentheses: `Array<int>{10}` has one element, and so has
    /// `Global<Array<int>> a(10)`; write `Global<Array<int>> a{Array<int>(10)}`. Throws UsageError for less than none.
    template <detail::ElementCount N>
    explicit Array(N count, LockOptions options = {}) : Base(count, options.lock) {}

    /// The elements of a range whose size is known; `Array<char>("Hello")` has five, without the zero at the end.
    template <detail::ElementsFor<Array, T> R>
    explicit Array(R&& elements, LockOptions options = {}) : Base(std::forward<R>(elements), options.lock) {}

    AnyLock& get_lock() { return this->lock(); }
    const AnyLock& get_lock() const { return this->lock(); }

    /// Calls `function(std::span<T>)` while the lock is held, and returns what it returns.
    template <std::invocable<std::span<T>> F>
    decltype(auto) with(F&& function) const {
        const std::scoped_lock held(get_lock());
        return std::invoke(std::forward<F>(function), this->get_obj());
    }

    /// An Array of its own that has this one's elements as they are now. Python: multiprocessing.sharedctypes.copy.
    Array copy(LockOptions options = {}) const {
        const auto held = this->hold();
        return Array(this->get_obj(), std::move(options));
    }

private:
    friend struct Transfer<Array>;
    explicit Array(Reader& reader) : Base(reader) {}
};

/// RawArray is an Array that has no lock: for what only one process writes at a time, or is guarded otherwise.
///
///     spork::RawArray<float> frame(1920 * 1080);
///     ...
///     std::ranges::fill(frame.slice(0, 1920), 1.0f);
///
/// Threads: as the elements themselves. Python: multiprocessing.RawArray.
template <class T>
class RawArray : public detail::SharedArray<T, RawArray<T>> {
    using Base = detail::SharedArray<T, RawArray>;

public:
    /// As for Array.
    RawArray() : RawArray(0) {}
    RawArray(std::initializer_list<T> elements) : Base(elements, LockChoice(false)) {}
    template <detail::ElementCount N>
    explicit RawArray(N count) : Base(count, LockChoice(false)) {}
    template <detail::ElementsFor<RawArray, T> R>
    explicit RawArray(R&& elements) : Base(std::forward<R>(elements), LockChoice(false)) {}

    /// A RawArray of its own that has this one's elements as they are now.
    RawArray copy() const { return RawArray(this->get_obj()); }

private:
    friend struct Transfer<RawArray>;
    explicit RawArray(Reader& reader) : Base(reader) {}
};

template <class T>
struct Transfer<Array<T>> {
    static void save(Writer& writer, const Array<T>& array) { array.save_to(writer); }
    static Array<T> load(Reader& reader) { return Array<T>(reader); }
};

template <class T>
struct Transfer<RawArray<T>> {
    static void save(Writer& writer, const RawArray<T>& array) { array.save_to(writer); }
    static RawArray<T> load(Reader& reader) { return RawArray<T>(reader); }
};

}  // namespace spork
