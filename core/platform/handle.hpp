#pragma once

/// \file
/// Ownership of one object of the operating system.

#include "platform/result.hpp"

#include <cstdint>
#include <utility>

namespace spork::platform {

/// A descriptor on POSIX, a HANDLE or SOCKET on Windows; both fit.
using RawHandle = std::intptr_t;

inline constexpr RawHandle no_handle = -1;

/// Sockets are closed and handed over by their own calls on Windows; on POSIX both kinds are descriptors.
enum class HandleKind : std::uint8_t { object, socket };

/// Closes a handle. Closing no_handle does nothing.
void close_handle(RawHandle handle, HandleKind kind) noexcept;

/// A second handle to the same object, owned by this process and not inheritable.
Result<RawHandle> duplicate_handle(RawHandle handle, HandleKind kind) noexcept;

/// Handle owns one object of the operating system and closes it. Move-only; never inherited by a child by accident.
class Handle {
public:
    Handle() noexcept = default;
    explicit Handle(RawHandle raw, HandleKind kind = HandleKind::object) noexcept : raw_(raw), kind_(kind) {}
    Handle(Handle&& other) noexcept : raw_(std::exchange(other.raw_, no_handle)), kind_(other.kind_) {}
    Handle& operator=(Handle&& other) noexcept {
        if (this != &other) {
            reset();
            raw_ = std::exchange(other.raw_, no_handle);
            kind_ = other.kind_;
        }
        return *this;
    }
    ~Handle() { reset(); }

    explicit operator bool() const noexcept { return raw_ != no_handle; }
    RawHandle get() const noexcept { return raw_; }
    HandleKind kind() const noexcept { return kind_; }

    /// Gives the handle up without closing it.
    RawHandle release() noexcept { return std::exchange(raw_, no_handle); }

    void reset() noexcept {
        if (raw_ != no_handle) {
            close_handle(std::exchange(raw_, no_handle), kind_);
        }
    }

private:
    RawHandle raw_ = no_handle;
    HandleKind kind_ = HandleKind::object;
};

}  // namespace spork::platform
