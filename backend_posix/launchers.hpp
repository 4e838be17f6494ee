#pragma once

/// \file
/// The start methods of POSIX systems.

#include "platform/launcher.hpp"

#include <string>

namespace spork::platform {

class SpawnLauncher final : public Launcher {
public:
    StartMethod method() const noexcept override { return StartMethod::spawn; }
    Result<std::unique_ptr<ChildProcess>> launch(const LaunchPlan& plan) noexcept override;
};

class ForkLauncher final : public Launcher {
public:
    StartMethod method() const noexcept override { return StartMethod::fork; }
    Result<std::unique_ptr<ChildProcess>> launch(const LaunchPlan& plan) noexcept override;
};

class ForkserverLauncher final : public Launcher {
public:
    StartMethod method() const noexcept override { return StartMethod::forkserver; }
    Result<std::unique_ptr<ChildProcess>> launch(const LaunchPlan& plan) noexcept override;
};

/// What to execute to start the running program again.
std::string running_program();

/// In a forked child: the fork server belongs to the parent.
void forget_forkserver() noexcept;

}  // namespace spork::platform
