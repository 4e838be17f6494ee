#pragma once

/// \file
/// A started child that cannot outlive its test.

#include "support/limits.hpp"

#include <spork/context.hpp>
#include <spork/process.hpp>

#include <optional>
#include <utility>

namespace support {

/// ChildGuard starts a child by one start method; its destructor kills the child and reaps it.
///
///     ChildGuard child(method, answer, connection);
///     ChildGuard daemon(method, {.daemon = true}, answer, connection);
class ChildGuard {
public:
    template <class F, class... A>
    ChildGuard(spork::StartMethod method, F&& target, A&&... arguments)
        : ChildGuard(method, spork::ProcessOptions(), std::forward<F>(target), std::forward<A>(arguments)...) {}

    template <class F, class... A>
    ChildGuard(spork::StartMethod method, spork::ProcessOptions options, F&& target, A&&... arguments)
        : ChildGuard(spork::get_context(method).Process(std::move(options), std::forward<F>(target),
                                                        std::forward<A>(arguments)...)) {}

    /// Guards a process and starts it.
    explicit ChildGuard(spork::Process process) : process_(std::move(process)) { process_.start(); }

    ChildGuard(const ChildGuard&) = delete;
    ChildGuard& operator=(const ChildGuard&) = delete;

    ~ChildGuard() {
        try {
            process_.kill();
            process_.join(limit);
        } catch (const spork::UsageError&) {
            // The test has closed it: it has ended.
        }
    }

    spork::Process* operator->() { return &process_; }
    spork::Process& operator*() { return process_; }

    /// Waits for the end and says how it was; empty when the child does not end.
    std::optional<int> exitcode() {
        process_.join(limit);
        return process_.exitcode();
    }

private:
    spork::Process process_;
};

}  // namespace support
