#pragma once

/// \file
/// One overlapped operation, and how long a call may wait for it.

#include "platform/deadline.hpp"
#include "windows_api.hpp"

#include <span>

namespace spork::platform::win32 {

/// What ended wait_for_objects.
struct WaitOutcome {
    enum class Kind : unsigned char { signalled, timed_out, failed } kind;
    std::size_t index = 0;   ///< of the first signalled object
    std::error_code reason;  ///< for Kind::failed
};

/// Waits for one of at most MAXIMUM_WAIT_OBJECTS distinct objects. Looks at least once, even if the deadline has
/// passed.
WaitOutcome wait_for_objects(std::span<const HANDLE> objects, const Deadline& deadline) noexcept;

bool has_passed(const Deadline& deadline) noexcept;

/// EventLease lends a manual-reset event out of a small store of the process: an event costs two calls into the kernel
/// to make and close (37 µs under Wine), more than many of the operations it is needed for.
class EventLease {
public:
    EventLease() noexcept;
    ~EventLease();
    EventLease(const EventLease&) = delete;
    EventLease& operator=(const EventLease&) = delete;

    /// Null when the system had none left.
    HANDLE get() const noexcept { return event_; }

    /// Never gives the event back: somebody else may still use it.
    void keep() noexcept { event_ = nullptr; }

private:
    HANDLE event_;
};

/// How an operation ended. `cut_short` is set when it was withdrawn: then it did not happen.
struct Completion {
    DWORD error = ERROR_SUCCESS;
    DWORD bytes = 0;
    std::error_code cut_short;
};

/// Operation is one overlapped read, write or control call on one file. Its destructor withdraws what is still pending,
/// so that the system never writes into memory that is gone.
///
///     Operation operation(pipe);
///     operation.start([&](OVERLAPPED* overlapped) { return ReadFile(pipe, data, size, nullptr, overlapped); });
///     const Completion completion = operation.wait(patience);
class Operation {
public:
    explicit Operation(HANDLE file) noexcept;
    ~Operation();
    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;

    HANDLE file() const noexcept { return file_; }
    /// For a file that somebody else may have bound to a completion port, which would be told of our operation.
    void hide_from_completion_ports() noexcept;

    /// Makes the call that starts the operation.
    template <class Call>
    void start(Call&& call) noexcept {
        if (event() == nullptr) {
            completion_.error = ERROR_NOT_ENOUGH_MEMORY;
        } else {
            started(call(&overlapped_) ? ERROR_SUCCESS : GetLastError());
        }
    }

    bool pending() const noexcept { return pending_; }

    /// Signalled once the operation has ended.
    HANDLE event() const noexcept { return lease_.get(); }

    /// Waits within `patience`, else withdraws. An operation that completed after all counts as completed.
    Completion wait(const Patience& patience) noexcept;

    /// Withdraws the operation unless it has completed.
    Completion withdraw() noexcept;

private:
    void started(DWORD error) noexcept;
    Completion collect() noexcept;

    HANDLE file_;
    EventLease lease_;
    OVERLAPPED overlapped_{};
    Completion completion_;
    bool pending_ = false;
};

}  // namespace spork::platform::win32
