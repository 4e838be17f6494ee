/// \file
/// Where a child can only be the server's own, the server relays its status: it notices the end by a pipe, sends the
/// status, and collects the child only after the owner has closed its end, so that the child's number stays its own for
/// as long as the owner may use it.

#include "forkserver.hpp"

#include "descriptor.hpp"
#include "error.hpp"
#include "waiting.hpp"

#include "platform/file.hpp"

#include <sys/socket.h>
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

/// The wait status of an ended child, which stays collectable; nothing if somebody else collected it.
std::optional<int> status_of(pid_t child) noexcept {
    siginfo_t info{};
    int result;
    do {
        result = ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
    } while (result < 0 && errno == EINTR);
    if (result < 0) {
        return std::nullopt;
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

/// Says how the child ended. The owner does not take the answer out of the socket, so that its end stays ready.
void report(ServedChild& child) noexcept {
    if (const auto status = status_of(child.id)) {
        static_cast<void>(::send(descriptor(child.status), &*status, sizeof *status, MSG_DONTWAIT));
    }
    ::shutdown(descriptor(child.status), SHUT_WR);
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
        keep_until_end(std::move(ended->writer));
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

void await_children() noexcept {
    for (;;) {
        std::erase_if(children(), [](const ServedChild& child) { return child.reported; });
        if (children().empty()) {
            return;
        }
        std::vector<pollfd> entries;
        for (const ServedChild& child : children()) {
            entries.push_back({descriptor(child.ended), POLLIN, 0});
            entries.push_back({descriptor(child.status), POLLIN, 0});  // ready when the owner has closed its end
        }
        entries.emplace_back();
        if (!poll_until(entries, Patience())) {
            return;
        }
        for (std::size_t i = 0; i < children().size(); ++i) {
            if (entries[2 * i].revents != 0) {
                report(children()[i]);
            }
            children()[i].reported |= entries[2 * i + 1].revents != 0;
        }
    }
}

}  // namespace spork::platform
