/// \file
/// Where a child can only be the server's own, the server relays its status: it notices the end by a pipe, sends the
/// status, and collects the child only after the owner has closed its end, so that the child's number stays its own for
/// as long as the owner may use it.

#include "forkserver.hpp"

#include "descriptor.hpp"
#include "error.hpp"
#include "waiting.hpp"

#include "platform/file.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

namespace spork::platform {

namespace {

struct ServedChild {
    pid_t id = 0;
    Handle ended;   ///< reading end of a pipe that only the child holds open
    Handle status;  ///< the server's end of the channel to the owner
    bool reported = false;
};

std::vector<ServedChild>& children() {
    static std::vector<ServedChild> all;
    return all;
}

/// The wait status of an ended child, which stays collectable.
int status_of(pid_t child) noexcept {
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
    switch (info.si_code) {
        case CLD_KILLED:
            return info.si_status;
        case CLD_DUMPED:
            return info.si_status | 0x80;
        default:
            return (info.si_status & 0xff) << 8;
    }
}

void report(ServedChild& child) noexcept {
    const int status = status_of(child.id);
    static_cast<void>(channel_send(child.status.get(), std::as_bytes(std::span(&status, 1)), {}, Patience()));
    child.reported = true;
}

}  // namespace

Result<ServedFork> fork_for_owner() noexcept {
    auto ended = make_byte_pipe();
    if (!ended) {
        return ended.error();
    }
    auto status = make_channel(true);
    if (!status) {
        return status.error();
    }
    const pid_t child = ::fork();
    if (child < 0) {
        return last_error();
    }
    if (child == 0) {
        ended->writer.release();  // stays open until this process ends
        children().clear();
        return ServedFork{};
    }
    ServedChild served;
    served.id = child;
    served.ended = std::move(ended->reader);
    served.status = std::move(status->first);
    children().push_back(std::move(served));
    return ServedFork{child, std::move(status->second), true};
}

void sign_lifeline(const Handle&) noexcept {}

// Such a child is nobody's: its status is lost. It is ended by its lifeline.
Result<std::optional<ChildHandles>> find_lost_child(ChildLines& lines) noexcept {
    lines.control.second.reset();
    lines.lifeline.reset();
    if (const auto error = wait_until_ready(descriptor(lines.control.first), POLLIN, Patience())) {
        return error;
    }
    return std::optional<ChildHandles>();
}

bool keeps_lost_children() noexcept {
    return false;
}

void await_request(RawHandle requests) noexcept {
    for (;;) {
        std::vector<pollfd> entries;
        entries.push_back({static_cast<int>(requests), POLLIN, 0});
        for (const ServedChild& child : children()) {
            entries.push_back({descriptor(child.reported ? child.status : child.ended), POLLIN, 0});
        }
        entries.emplace_back();
        if (!poll_until(entries, Patience())) {
            return;
        }
        std::vector<ServedChild> left;
        for (std::size_t i = 0; i < children().size(); ++i) {
            ServedChild& child = children()[i];
            const bool ready = entries[i + 1].revents != 0;
            if (ready && child.reported) {
                ::waitpid(child.id, nullptr, 0);
                continue;
            }
            if (ready) {
                report(child);
            }
            left.push_back(std::move(child));
        }
        children() = std::move(left);
        if (entries[0].revents != 0) {
            return;
        }
    }
}

}  // namespace spork::platform
