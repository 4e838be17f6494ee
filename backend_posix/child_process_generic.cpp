/// \file
/// Children known by number, and by a pipe or a fork server's message that tells of their end. The number is used only
/// while the child is not collected, so it cannot be a stranger's.

#include "anonymous_memory.hpp"
#include "descriptor.hpp"
#include "error.hpp"
#include "exit_info.hpp"
#include "posix_child.hpp"
#include "waiting.hpp"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace spork::platform {

namespace {

class NumberedChild final : public HeldChild {
public:
    using HeldChild::HeldChild;

    std::optional<ExitInfo> poll() noexcept override {
        if (!end_) {
            end_ = handles_.relayed ? poll_relay() : await_own();
            if (end_) {
                settle();
            }
        }
        return end_;
    }

    std::error_code request_end(EndRequest request) noexcept override {
        const auto number = static_cast<pid_t>(handles_.id);
        const bool group = handles_.own_group && request != EndRequest::interrupt;
        if (::kill(group ? -number : number, signal_of(request)) < 0 && errno != ESRCH) {
            return last_error();
        }
        return {};
    }

private:
    std::optional<ExitInfo> poll_own() noexcept {
        int status = 0;
        pid_t result;
        do {
            result = ::waitpid(static_cast<pid_t>(handles_.id), &status, WNOHANG);
        } while (result < 0 && errno == EINTR);
        if (result < 0) {
            return unknown_exit();
        }
        if (result != 0) {
            return exit_info_of(status);
        }
        return std::nullopt;
    }

    /// Descriptors are closed a little before a process can be collected; whoever saw the sentinel ready expects the end.
    /// A program that closed all its descriptors and goes on looks the same: it is given this much time once.
    std::optional<ExitInfo> await_own() noexcept {
        constexpr std::chrono::seconds longest{1};
        auto info = poll_own();
        const Patience at_once{std::chrono::steady_clock::time_point::min(), no_handle};
        if (info || awaited_ || wait_until_ready(descriptor(handles_.sentinel), POLLIN, at_once)) {
            return info;
        }
        awaited_ = true;
        const auto end = std::chrono::steady_clock::now() + longest;
        while (!info && std::chrono::steady_clock::now() < end) {
            ::usleep(100);
            info = poll_own();
        }
        return info;
    }

    /// The server keeps the ended child uncollected until this end of the channel is closed.
    std::optional<ExitInfo> poll_relay() noexcept {
        int status = 0;
        ssize_t received;
        do {
            received = ::recv(descriptor(handles_.sentinel), &status, sizeof status, MSG_PEEK | MSG_DONTWAIT);
        } while (received < 0 && errno == EINTR);
        if (received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return std::nullopt;
        }
        // Nothing but the end: the server was killed, or somebody else collected the child.
        return received == static_cast<ssize_t>(sizeof status) ? exit_info_of(status) : unknown_exit();
    }

    /// What remains to be done when the child has ended.
    void settle() noexcept {
        ended_ = true;
        handles_.server.reset();
        if (end_->signal) {
            remove_memory_name();
        }
    }

    std::optional<ExitInfo> end_;
    bool awaited_ = false;
};

}  // namespace

std::unique_ptr<ChildProcess> make_child(ChildHandles handles) {
    return std::make_unique<NumberedChild>(std::move(handles));
}

}  // namespace spork::platform
