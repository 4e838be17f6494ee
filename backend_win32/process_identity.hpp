#pragma once

/// \file
/// Naming a process so that a later process with the same number is not taken for it.

#include "windows_api.hpp"

#include <cstdint>

namespace spork::platform::win32 {

/// A process id and the time of the process's creation: Windows uses the number again, but not both.
struct ProcessIdentity {
    std::uint32_t id = 0;
    std::uint64_t created = 0;

    friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

/// Of the process behind a handle with PROCESS_QUERY_LIMITED_INFORMATION.
Result<ProcessIdentity> identity_of(HANDLE process) noexcept;

/// Of this process.
const ProcessIdentity& own_identity() noexcept;

/// Opens that very process; std::errc::owner_dead when it is gone.
Result<Handle> open_process(const ProcessIdentity& identity, DWORD access) noexcept;

}  // namespace spork::platform::win32
