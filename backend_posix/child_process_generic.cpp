/// \file
/// Children known by number, and by a pipe or a fork server's message that tells of their end. The number is used only
/// while the child is not collected, so it cannot be a stranger's.

#include "descriptor.hpp"
#include "error.hpp"
#include "exit_info.hpp"
#include "posix_child.hpp"
#include "waiting.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace spork::platform {

namespace {

int signal_of(EndRequest request) noexcept {
    switch (request) {
        case EndRequest::interrupt:
            return SIGINT;
        case EndRequest::terminate:
            return SIGTERM;
        case EndRequest::kill:
            break;
    }
    return SIGKILL;
}

class NumberedChild final : public ChildProcess {
public:
    explicit NumberedChild(ChildHandles handles) noexcept : handles_(std::move(handles)) {}
    NumberedChild(const NumberedChild&) = delete;
    NumberedChild& operator=(const NumberedChild&) = delete;

    ~NumberedChild() override {
        if (!ended_ && creator_ == ::getpid()) {
            handles_.lifeline.release();  // closing it would end the child
        }
    }

    ProcessId id() const noexcept override { return handles_.id; }
    RawHandle sentinel() const noexcept override { return handles_.sentinel.get(); }
    RawHandle control() const noexcept override { return handles_.control.get(); }

    std::optional<ExitInfo> poll() noexcept override {
        const auto info = handles_.relayed ? poll_relay() : poll_own();
        ended_ = info.has_value();
        return info;
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
        const Patience at_once{std::chrono::steady_clock::time_point::min(), no_handle};
        if (!wait_until_ready(descriptor(handles_.sentinel), POLLIN, at_once)) {
            ::usleep(200);  // it has closed its descriptors and is about to become collectable
        }
        return std::nullopt;
    }

    /// The server keeps the ended child uncollected until this end of the channel is closed.
    std::optional<ExitInfo> poll_relay() noexcept {
        const Patience at_once{std::chrono::steady_clock::time_point::min(), no_handle};
        Message message;
        const auto error = channel_receive(handles_.sentinel.get(), message, at_once);
        if (error == std::errc::timed_out) {
            return std::nullopt;
        }
        int status = 0;
        if (error || message.bytes.size() != sizeof status) {
            return unknown_exit();  // the fork server was killed
        }
        std::memcpy(&status, message.bytes.data(), sizeof status);
        return exit_info_of(status);
    }

    ChildHandles handles_;
    pid_t creator_ = ::getpid();
    bool ended_ = false;
};

}  // namespace

std::unique_ptr<ChildProcess> make_child(ChildHandles handles) {
    return std::make_unique<NumberedChild>(std::move(handles));
}

}  // namespace spork::platform
