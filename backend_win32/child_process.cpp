#include "child_process.hpp"

#include "error.hpp"
#include "exit_status.hpp"

namespace spork::platform::win32 {

namespace {

int signal_number(EndRequest request) noexcept {
    switch (request) {
        case EndRequest::interrupt:
            // A console event reaches a whole process group or nobody, so it cannot be aimed at one child.
            return signal_interrupt;
        case EndRequest::terminate:
            return signal_terminate;
        case EndRequest::kill:
            break;
    }
    return signal_kill;
}

bool has_ended(HANDLE process, DWORD patience_ms) noexcept {
    return WaitForSingleObject(process, patience_ms) == WAIT_OBJECT_0;
}

}  // namespace

std::optional<ExitInfo> SpawnedChild::poll() noexcept {
    // Not by asking for the exit code and comparing it with STILL_ACTIVE: that is 259, which a program may return.
    const HANDLE process = native(process_.get());
    if (!has_ended(process, 0)) {
        return std::nullopt;
    }
    DWORD exit_code = 0;
    if (!GetExitCodeProcess(process, &exit_code)) {
        ExitInfo unknown;
        unknown.code = 255;
        unknown.known = false;
        return unknown;
    }
    return exit_info(exit_code);
}

std::error_code SpawnedChild::request_end(EndRequest request) noexcept {
    const HANDLE process = native(process_.get());
    const UINT exit_code = exit_code_of_signal(signal_number(request));
    if (tree_ && request != EndRequest::interrupt) {
        // Also after the end of the child itself: what it started may still run.
        return TerminateJobObject(native(tree_.get()), exit_code) ? std::error_code() : last_error();
    }
    if (has_ended(process, 0) || TerminateProcess(process, exit_code)) {
        return {};
    }
    // Windows denies access to a process that is just ending; its handle is signalled a moment later.
    const std::error_code reason = last_error();
    constexpr DWORD moment_ms = 200;
    return has_ended(process, moment_ms) ? std::error_code() : reason;
}

}  // namespace spork::platform::win32
