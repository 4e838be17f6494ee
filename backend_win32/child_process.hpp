#pragma once

/// \file
/// A child as its parent sees it.

#include "platform/launcher.hpp"
#include "windows_api.hpp"

#include <utility>

namespace spork::platform::win32 {

/// SpawnedChild holds the handle of a process, so that its number stays its own until this object is gone.
class SpawnedChild final : public ChildProcess {
public:
    /// `tree` is the job of the child and of all that it starts; empty unless LaunchPlan::kill_tree.
    SpawnedChild(Handle control, Handle tree) noexcept : control_(std::move(control)), tree_(std::move(tree)) {}

    /// Must be called before anything else.
    void adopt(Handle process, ProcessId id) noexcept {
        process_ = std::move(process);
        id_ = id;
    }

    ProcessId id() const noexcept override { return id_; }
    RawHandle sentinel() const noexcept override { return process_.get(); }
    RawHandle control() const noexcept override { return control_.get(); }
    std::optional<ExitInfo> poll() noexcept override;
    std::error_code request_end(EndRequest request) noexcept override;

private:
    Handle process_;
    ProcessId id_ = 0;
    Handle control_;
    Handle tree_;
};

}  // namespace spork::platform::win32
