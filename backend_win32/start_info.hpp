#pragma once

/// \file
/// What CreateProcess is told about handles and jobs.

#include "platform/launcher.hpp"
#include "windows_api.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace spork::platform::win32 {

/// InheritedHandles are copies made for one child, inheritable while this object lives.
///
/// Each CreateProcess of ours names its own handles, so that launches on several threads do not mix. Foreign code in
/// this process that starts a program with bInheritHandles and without a list can catch them meanwhile; Windows has no
/// remedy.
class InheritedHandles {
public:
    /// Adds a copy of `source` with the given rights (0: the same rights) and returns its value, the same in the child.
    Result<RawHandle> add(HANDLE source, DWORD access = 0);

    /// Adds a standard stream. no_handle when the child is to have none.
    Result<RawHandle> add_stream(const StreamPlan& plan, DWORD standard_handle);

    /// For the handle list. Never empty when the launcher is done: the list would then mean "all".
    std::span<HANDLE> list() noexcept { return list_; }

    /// What Windows demands of a handle list and Wine does not check: not empty, inheritable, each once.
    std::error_code verify() const noexcept;

private:
    std::vector<Handle> copies_;
    std::vector<HANDLE> list_;
};

/// StartupInfo is a STARTUPINFOEXW with the list of inherited handles and the jobs in which the child begins.
class StartupInfo {
public:
    /// Both spans are read by CreateProcess and have to live until then.
    std::error_code build(std::span<HANDLE> inherited, std::span<HANDLE> jobs, const std::array<RawHandle, 3>& streams);
    ~StartupInfo();
    StartupInfo() = default;
    StartupInfo(const StartupInfo&) = delete;
    StartupInfo& operator=(const StartupInfo&) = delete;

    STARTUPINFOW* get() noexcept { return &info_.StartupInfo; }

private:
    std::error_code set(DWORD_PTR attribute, std::span<HANDLE> handles) noexcept;

    STARTUPINFOEXW info_{};
    std::unique_ptr<std::byte[]> attributes_;
};

}  // namespace spork::platform::win32
