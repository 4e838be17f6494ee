#pragma once

/// \file
/// One value that several processes share.

#include <spork/shared_elements.hpp>
#include <spork/transferable.hpp>
#include <spork/type_identity.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <type_traits>
#include <utility>

namespace spork {

namespace detail {

/// What Value and RawValue have in common.
template <class T, class Self>
class SharedValue : public SharedElements {
    static_assert(require_shareable<T>());

public:
    /// The value where it lies, without the lock.
    T& get_obj() const { return *static_cast<T*>(data()); }

    /// A copy of the value; the whole of it, unless somebody writes it without the lock.
    T value() const {
        const auto held = hold();
        return get_obj();
    }
    void set_value(const T& value) const {
        const auto held = hold();
        get_obj() = value;
    }

protected:
    explicit SharedValue(const LockChoice& lock) : SharedElements(kind(), 1, lock) {
        static_assert(std::default_initializable<T>, "spork: this type T needs an initial value");
        new (data()) T();
    }
    SharedValue(const T& value, const LockChoice& lock) : SharedElements(kind(), 1, lock) { new (data()) T(value); }
    explicit SharedValue(Reader& reader) : SharedElements(kind(), reader) {}

private:
    static Kind kind() noexcept { return {type_name<Self>, type_identity<Self>, sizeof(T), true}; }
};

}  // namespace detail

/// Value is one number or plain struct in memory that several processes share, with a lock.
///
/// A Value is a cheap handle: copies, and what a child receives as an argument or in a message, are the same memory,
/// which lives as long as a handle does in any process. T is trivially copyable, holds no pointers, and is aligned to
/// 64 bytes at most; `std::atomic<int>` is such a type too, for a counter that needs no lock. Without a given one, the
/// lock is an RLock that belongs to the Value. When a process dies while it holds the lock, the next one gets it, and
/// `get_lock().abandoned()` tells that the value may be half written.
///
///     spork::Value<int> count(0);
///     spork::Process worker(work, count);
///     ...
///     count.with([](int& n) { ++n; });
///
/// Reading and writing are each under the lock, but two steps: another process may come between them. What reads and
/// writes goes into one with(), or between get_lock()'s lock() and unlock(), which nests. There is no assignment and no
/// conversion, so that this can be seen. `==` asks whether two handles are the same memory. Cannot tell whether
/// somebody else uses get_obj() meanwhile. Threads: any number at once, as long as they do not assign to the handle
/// itself. Python: multiprocessing.Value.
template <class T>
class Value : public detail::SharedValue<T, Value<T>> {
    using Base = detail::SharedValue<T, Value>;

public:
    /// T(), which is zero for numbers. Throws std::system_error when the system has no memory or no handle left.
    Value() : Base(LockChoice(true)) {}

    /// `{.lock = lock}`: the caller's Lock or RLock, which goes to other processes along with the value. `{.lock =
    /// false}`: none; value() and set_value() then do not wait for anybody, get_lock() and with() throw UsageError.
    explicit Value(const T& value, LockOptions options = {}) : Base(value, options.lock) {}

    AnyLock& get_lock() { return this->lock(); }
    const AnyLock& get_lock() const { return this->lock(); }

    /// Calls `function(T&)` while the lock is held, and returns what it returns.
    template <std::invocable<T&> F>
    decltype(auto) with(F&& function) const {
        const std::scoped_lock held(get_lock());
        return std::invoke(std::forward<F>(function), this->get_obj());
    }

    /// A Value of its own that has this one's value now. Python: multiprocessing.sharedctypes.copy.
    Value copy(LockOptions options = {}) const { return Value(this->value(), std::move(options)); }

private:
    friend struct Transfer<Value>;
    explicit Value(Reader& reader) : Base(reader) {}
};

/// RawValue is a Value that has no lock: for what only one process writes, or is guarded otherwise, or is a
/// std::atomic.
///
///     spork::RawValue<std::atomic<bool>> stop;
///     ...
///     stop.get_obj() = true;
///
/// Cannot tell a value that is half written by somebody else. Threads: as T itself. Python: multiprocessing.RawValue.
template <class T>
class RawValue : public detail::SharedValue<T, RawValue<T>> {
    using Base = detail::SharedValue<T, RawValue>;

public:
    /// T(), which is zero for numbers. Throws std::system_error when the system has no memory or no handle left.
    RawValue() : Base(LockChoice(false)) {}
    explicit RawValue(const T& value) : Base(value, LockChoice(false)) {}

    /// A RawValue of its own that has this one's value now.
    RawValue copy() const { return RawValue(this->value()); }

private:
    friend struct Transfer<RawValue>;
    explicit RawValue(Reader& reader) : Base(reader) {}
};

template <class T>
struct Transfer<Value<T>> {
    static void save(Writer& writer, const Value<T>& value) { value.save_to(writer); }
    static Value<T> load(Reader& reader) { return Value<T>(reader); }
};

template <class T>
struct Transfer<RawValue<T>> {
    static void save(Writer& writer, const RawValue<T>& value) { value.save_to(writer); }
    static RawValue<T> load(Reader& reader) { return RawValue<T>(reader); }
};

}  // namespace spork
