#pragma once

/// \file
/// The one door to the Windows headers, and the step between their handle types and the seam's.

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#ifndef NOMINMAX
#define NOMINMAX
#endif
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00  // Windows 10: nested jobs, handle lists, wait completion packets
#endif

#include <winsock2.h>

#include <windows.h>

#include "platform/handle.hpp"

namespace spork::platform::win32 {

inline HANDLE native(RawHandle handle) noexcept {
    return reinterpret_cast<HANDLE>(handle);
}

inline SOCKET native_socket(RawHandle handle) noexcept {
    return static_cast<SOCKET>(handle);
}

/// Windows says "none" with a null pointer in some calls and with INVALID_HANDLE_VALUE in others; the seam knows one.
inline RawHandle raw(HANDLE handle) noexcept {
    return handle == nullptr ? no_handle : reinterpret_cast<RawHandle>(handle);
}

inline RawHandle raw_socket(SOCKET socket) noexcept {
    return static_cast<RawHandle>(socket);
}

static_assert(sizeof(SOCKET) == sizeof(RawHandle) && INVALID_SOCKET == static_cast<SOCKET>(no_handle));

}  // namespace spork::platform::win32
