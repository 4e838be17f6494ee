#pragma once

/// \file
/// What the tests of launchers share: one row per launcher, and an end for every child.

#include "seam_child.hpp"

#include "support/test_case.hpp"

#include "platform/waiter.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace seam {

inline spork::platform::Patience within(std::chrono::steady_clock::duration time) {
    return {std::chrono::steady_clock::now() + time, spork::platform::no_handle};
}

/// The launcher of the method that this row is about.
inline spork::platform::Launcher& launcher_of_this_row() {
    QFETCH_GLOBAL(spork::StartMethod, method);
    for (spork::platform::Launcher* launcher : spork::platform::launchers()) {
        if (launcher->method() == method) {
            return *launcher;
        }
    }
    qFatal("this system has no such launcher");
}

/// A child that cannot outlive its test.
class SeamChild {
public:
    SeamChild(spork::platform::Launcher& launcher, const spork::platform::LaunchPlan& plan) {
        auto launched = launcher.launch(plan);
        if (!launched) {
            qFatal("cannot launch: %s", launched.error().message().c_str());
        }
        child_ = std::move(*launched);
    }
    explicit SeamChild(std::unique_ptr<spork::platform::ChildProcess> child) : child_(std::move(child)) {}
    SeamChild(SeamChild&&) = default;
    SeamChild& operator=(SeamChild&&) = delete;
    ~SeamChild() {
        if (child_ && !child_->poll()) {
            child_->request_end(spork::platform::EndRequest::kill);
            end();
        }
    }

    spork::platform::ChildProcess* operator->() { return child_.get(); }

    /// The next message of the child's control channel.
    std::string text() { return receive_text(child_->control()); }

    /// Waits for the end; empty when it does not come.
    std::optional<spork::platform::ExitInfo> end() {
        const spork::platform::WaitItem item{child_->sentinel(), spork::platform::WaitKind::sentinel};
        const auto patience = within(support::limit);
        std::optional<spork::platform::ExitInfo> info = child_->poll();
        while (!info && std::chrono::steady_clock::now() < *patience.deadline) {
            static_cast<void>(spork::platform::wait_any({&item, 1}, patience));
            info = child_->poll();
        }
        return info;
    }

private:
    std::unique_ptr<spork::platform::ChildProcess> child_;
};

}  // namespace seam
