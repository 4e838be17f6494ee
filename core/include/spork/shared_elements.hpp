#pragma once

/// \file
/// What Value and Array have in common: elements in shared memory, and the lock that belongs to them.

#include <spork/export.hpp>
#include <spork/lock.hpp>
#include <spork/shared_handle.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace spork {

/// LockChoice is the lock that a new Value or Array gets: `true` for an RLock of its own, `false` for none, or a Lock
/// or RLock that the caller has. With a plain Lock, whoever calls value() within with() waits for itself.
class LockChoice {
public:
    LockChoice(std::same_as<bool> auto own) noexcept : own_(own) {}  // no pointer to a lock is taken for a bool
    LockChoice(AnyLock lock) noexcept : own_(false), lock_(std::move(lock)) {}

    bool own() const noexcept { return own_; }
    const std::optional<AnyLock>& lock() const noexcept { return lock_; }

private:
    bool own_;
    std::optional<AnyLock> lock_;
};

/// What can be said about a new Value or Array: `spork::Array<int>(10, {.lock = false})`.
struct LockOptions {
    LockChoice lock = true;
};

namespace detail {

/// Each element may begin where the state of an object does, which is this far into the segment.
inline constexpr std::size_t element_alignment = 64;

/// Refuses what means nothing in another process. What the fields of a class are is not looked into.
template <class T>
constexpr bool require_shareable() {
    static_assert(std::is_object_v<T> && !std::is_pointer_v<std::remove_all_extents_t<T>> &&
                      !std::is_member_pointer_v<T>,
                  "spork: pointers, references and functions cannot be shared, an address means nothing in another "
                  "process. Share the values themselves, and refer to them by their index in an Array");
    static_assert(std::is_same_v<T, std::remove_cv_t<T>> && !std::is_array_v<T>,
                  "spork: an element T of shared memory is a plain type: leave const away, and write Array<T>(n) or "
                  "std::array<T, n> instead of T[n]");
    static_assert(!std::is_object_v<T> || std::is_trivially_copyable_v<T>,
                  "spork: an element T of shared memory must be trivially copyable, since other processes see its "
                  "bytes: a number, an enum, a struct of such. Text goes into an Array<char>; other values are sent as "
                  "messages");
    static_assert(alignof(std::conditional_t<std::is_object_v<T>, T, char>) <= element_alignment,
                  "spork: an element T of shared memory is aligned to 64 bytes at most");
    return true;
}

/// SharedElements is a handle to elements in shared memory and to the lock that belongs to them: one of their own,
/// which lies beside them, or the caller's, or none.
class SPORK_API SharedElements : public SharedHandle {
public:
    SharedElements(const SharedElements&) = default;
    SharedElements(SharedElements&& other) noexcept
        : SharedHandle(std::move(other)),
          data_(std::exchange(other.data_, nullptr)),
          count_(std::exchange(other.count_, 0)),
          lock_(std::move(other.lock_)) {}
    SharedElements& operator=(const SharedElements&) = default;
    SharedElements& operator=(SharedElements&& other) noexcept {
        SharedHandle::operator=(std::move(other));
        data_ = std::exchange(other.data_, nullptr);
        count_ = std::exchange(other.count_, 0);
        lock_ = std::move(other.lock_);
        return *this;
    }
    ~SharedElements() = default;

protected:
    /// One class that has elements.
    struct Kind {
        std::string_view name;
        std::uint64_t type;
        std::size_t element_size;
        bool single;  ///< has one element, always
    };

    /// New elements, all their bytes zero. Throws std::system_error; std::errc::not_enough_memory for absurd numbers.
    SharedElements(const Kind& kind, std::size_t count, const LockChoice& lock);

    /// Elements that came in a message. Throws TransferError when they are of another kind.
    SharedElements(const Kind& kind, Reader& reader);

    void save_to(Writer& writer) const;

    /// The first element; UsageError when this handle was moved from.
    void* data() const {
        if (data_ == nullptr) {
            object();
        }
        return data_;
    }
    std::size_t count() const noexcept { return count_; }

    /// Throws UsageError when there is none.
    AnyLock& lock();
    const AnyLock& lock() const;

    /// Holds the lock, if there is one.
    std::unique_lock<const AnyLock> hold() const {
        return lock_ ? std::unique_lock<const AnyLock>(*lock_) : std::unique_lock<const AnyLock>();
    }

private:
    void adopt_own_lock();

    void* data_ = nullptr;
    std::size_t count_ = 0;
    std::optional<AnyLock> lock_;
};

}  // namespace detail
}  // namespace spork
