/// \file
/// Children known by pidfd: never mistaken for another process, waited for without disturbing the host program's own
/// children or its SIGCHLD.

#include "descriptor.hpp"
#include "error.hpp"
#include "exit_info.hpp"
#include "posix_child.hpp"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace spork::platform {

namespace {

// glibc 2.36 has these names; older ones have the numbers only.
constexpr auto wait_by_pidfd = static_cast<idtype_t>(3);  // P_PIDFD

ExitInfo exit_info_from(const siginfo_t& info) noexcept {
    const int status = info.si_status;
    switch (info.si_code) {
        case CLD_KILLED:
            return exit_info_of(status);
        case CLD_DUMPED:
            return exit_info_of(status | 0x80);
        default:
            return exit_info_of((status & 0xff) << 8);
    }
}

class PidfdChild final : public HeldChild {
public:
    using HeldChild::HeldChild;

    std::optional<ExitInfo> poll() noexcept override {
        siginfo_t info{};
        int result;
        do {
            result = ::waitid(wait_by_pidfd, static_cast<id_t>(descriptor(handles_.sentinel)), &info,
                              WEXITED | WNOHANG | __WALL);
        } while (result < 0 && errno == EINTR);
        if (result == 0 && info.si_pid == 0) {
            return std::nullopt;
        }
        ended_ = true;
        return result == 0 ? exit_info_from(info) : unknown_exit();
    }

    std::error_code request_end(EndRequest request) noexcept override {
        const int number = signal_of(request);
        if (handles_.own_group && request != EndRequest::interrupt) {
            // The group keeps its number while its leader is not collected, and poll() has just said that it is not.
            ::kill(-static_cast<pid_t>(handles_.id), number);
        }
        if (::syscall(SYS_pidfd_send_signal, descriptor(handles_.sentinel), number, nullptr, 0) < 0 && errno != ESRCH) {
            return last_error();
        }
        return {};
    }
};

}  // namespace

std::unique_ptr<ChildProcess> make_child(ChildHandles handles) {
    return std::make_unique<PidfdChild>(std::move(handles));
}

}  // namespace spork::platform
