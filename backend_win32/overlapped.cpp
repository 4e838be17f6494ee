#include "overlapped.hpp"

#include "error.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>

namespace spork::platform::win32 {

namespace {

/// Events that were used and may be used again. Not one store for each thread: with mingw a thread_local object is
/// destroyed after its memory was freed.
constinit std::array<std::atomic<HANDLE>, 8> spare_events{};

HANDLE take_event() noexcept {
    for (std::atomic<HANDLE>& spare : spare_events) {
        if (spare.load(std::memory_order_relaxed) != nullptr) {
            if (const HANDLE event = spare.exchange(nullptr, std::memory_order_acquire)) {
                return event;
            }
        }
    }
    return CreateEventW(nullptr, TRUE, FALSE, nullptr);
}

void give_back(HANDLE event) noexcept {
    for (std::atomic<HANDLE>& spare : spare_events) {
        HANDLE none = nullptr;
        if (spare.compare_exchange_strong(none, event, std::memory_order_release, std::memory_order_relaxed)) {
            return;
        }
    }
    CloseHandle(event);
}

/// Milliseconds for one wait call, rounded up so that a wait never ends before its deadline.
DWORD wait_limit(const Deadline& deadline) noexcept {
    using namespace std::chrono;
    if (!deadline) {
        return INFINITE;
    }
    const steady_clock::time_point now = steady_clock::now();
    if (*deadline <= now) {
        return 0;  // not by the difference, which overflows for time_point::min()
    }
    constexpr hours longest{24};  // anything below INFINITE; the caller looks at the clock again
    return static_cast<DWORD>(ceil<milliseconds>(std::min<steady_clock::duration>(*deadline - now, longest)).count());
}

}  // namespace

bool has_passed(const Deadline& deadline) noexcept {
    return deadline && std::chrono::steady_clock::now() >= *deadline;
}

WaitOutcome wait_for_objects(std::span<const HANDLE> objects, const Deadline& deadline) noexcept {
    for (;;) {
        const DWORD outcome =
            WaitForMultipleObjects(static_cast<DWORD>(objects.size()), objects.data(), FALSE, wait_limit(deadline));
        if (outcome < WAIT_OBJECT_0 + objects.size()) {
            return {WaitOutcome::Kind::signalled, outcome - WAIT_OBJECT_0, {}};
        }
        if (outcome >= WAIT_ABANDONED_0 && outcome < WAIT_ABANDONED_0 + objects.size()) {
            return {WaitOutcome::Kind::signalled, outcome - WAIT_ABANDONED_0, {}};
        }
        if (outcome != WAIT_TIMEOUT) {
            return {WaitOutcome::Kind::failed, 0, last_error()};
        }
        if (has_passed(deadline)) {
            return {WaitOutcome::Kind::timed_out, 0, {}};
        }
    }
}

EventLease::EventLease() noexcept : event_(take_event()) {}

EventLease::~EventLease() {
    if (event_ != nullptr) {
        give_back(event_);
    }
}

Operation::Operation(HANDLE file) noexcept : file_(file) {
    overlapped_.hEvent = lease_.get();
}

Operation::~Operation() {
    withdraw();
}

void Operation::hide_from_completion_ports() noexcept {
    // Documented at GetQueuedCompletionStatus: the low bit of the event keeps the port silent.
    overlapped_.hEvent = reinterpret_cast<HANDLE>(reinterpret_cast<std::uintptr_t>(lease_.get()) | 1);
}

void Operation::started(DWORD error) noexcept {
    if (error == ERROR_IO_PENDING) {
        pending_ = true;
    } else if (error == ERROR_SUCCESS || error == ERROR_MORE_DATA) {
        completion_ = collect();
    } else {
        completion_ = {error, 0, {}};
    }
}

Completion Operation::collect() noexcept {
    DWORD bytes = 0;
    const BOOL success = GetOverlappedResult(file_, &overlapped_, &bytes, TRUE);
    pending_ = false;
    return {success ? ERROR_SUCCESS : GetLastError(), bytes, {}};
}

Completion Operation::wait(const Patience& patience) noexcept {
    if (!pending_) {
        return completion_;
    }
    const std::array<HANDLE, 2> objects{lease_.get(), native(patience.stop)};
    const std::size_t count = patience.stop == no_handle ? 1 : 2;
    const WaitOutcome outcome = wait_for_objects(std::span(objects).first(count), patience.deadline);
    if (outcome.kind == WaitOutcome::Kind::signalled && outcome.index == 0) {
        completion_ = collect();
        return completion_;
    }
    Completion completion = withdraw();
    if (completion.cut_short) {
        switch (outcome.kind) {
            case WaitOutcome::Kind::signalled:
                completion.cut_short = std::make_error_code(std::errc::operation_canceled);
                break;
            case WaitOutcome::Kind::timed_out:
                completion.cut_short = std::make_error_code(std::errc::timed_out);
                break;
            case WaitOutcome::Kind::failed:
                completion.cut_short = outcome.reason;
                break;
        }
    }
    return completion;
}

Completion Operation::withdraw() noexcept {
    if (pending_) {
        CancelIoEx(file_, &overlapped_);
        completion_ = collect();
        if (completion_.error == ERROR_OPERATION_ABORTED) {
            completion_.cut_short = std::make_error_code(std::errc::operation_canceled);
        }
    }
    return completion_;
}

}  // namespace spork::platform::win32
