#include "posix_child.hpp"

#include "lifeline.hpp"
#include "streams.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <cerrno>

namespace spork::platform {

HeldChild::HeldChild(ChildHandles handles) noexcept : handles_(std::move(handles)) {}

HeldChild::~HeldChild() {
    if (!ended_ && creator_ == process_id()) {
        handles_.lifeline.release();  // closing it would end the child
    }
}

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

Result<ChildLines> make_child_lines() noexcept {
    auto control = make_channel(true);
    if (!control) {
        return control.error();
    }
    auto line = make_lifeline();
    if (!line) {
        return line.error();
    }
    return ChildLines{std::move(*control), std::move(line->child_end), std::move(line->parent_end)};
}

void keep_until_end(Handle writer) noexcept {
    static Handle* const kept = new Handle();  // never destroyed: the end of this process closes it, and nothing before
    *kept = std::move(writer);
}

void discard_child(ProcessId id) noexcept {
    const auto number = static_cast<pid_t>(id);
    ::kill(number, SIGKILL);
    while (::waitpid(number, nullptr, 0) < 0 && errno == EINTR) {
    }
}

Result<std::unique_ptr<ChildProcess>> complete_launch(ChildHandles handles, const LaunchPlan& plan) noexcept {
    try {
        const ProcessId id = handles.id;
        auto child = make_child(std::move(handles));
        std::error_code error = apply_scheduling(id, plan);
        if (!error) {
            error = channel_send(child->control(), plan.record, plan.attachments, Patience());
        }
        // A child that is gone already is told of by its exit status.
        if (error && error != std::errc::broken_pipe) {
            child->request_end(EndRequest::kill);
            while (!child->poll()) {
            }
            return error;
        }
        return child;
    } catch (const std::bad_alloc&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

Result<ChildStart> receive_start(Handle control, Handle parent_alive, bool survive_parent) noexcept {
    auto start = take_start(std::move(control), std::move(parent_alive), survive_parent, Message());
    if (start) {
        if (const auto error = channel_receive(start->control.get(), start->record, Patience())) {
            return error;
        }
    }
    return start;
}

Result<ChildStart> take_start(Handle control, Handle parent_alive, bool survive_parent, Message record) noexcept {
    if (!survive_parent) {
        if (const auto error = die_with(parent_alive)) {
            return error;
        }
    }
    ChildStart start;
    start.record = std::move(record);
    start.control = std::move(control);
    start.parent_alive = std::move(parent_alive);
    return start;
}

}  // namespace spork::platform
