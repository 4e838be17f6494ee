/// \file
/// The fork server itself.

#include "forkserver.hpp"

#include "descriptor.hpp"
#include "error.hpp"
#include "lifeline.hpp"
#include "streams.hpp"

#include "platform/debug.hpp"
#include "platform/file.hpp"
#include "platform/process_tag.hpp"

#include <signal.h>

#include <bit>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace spork::platform {

namespace {

void replace_standard_streams() noexcept {
    // A pipe that the owner's output goes to must not stay open because of the server.
    if (const auto null = open_null()) {
        const int from = descriptor(*null);
        apply_setup({from, from, from}, -1, false);
    }
}

void send_answer(RawHandle requests, const ForkAnswer& answer, const Handle* report) noexcept {
    const Attachment attachment{report ? report->get() : no_handle};
    std::span<const Attachment> attachments(&attachment, report ? 1 : 0);
    static_cast<void>(
        channel_send(requests, std::as_bytes(std::span(&answer, 1)), attachments, Patience()));
}

void take_environment(std::span<const std::byte> bytes) {
    std::vector<std::string> entries;
    const auto* at = reinterpret_cast<const char*>(bytes.data());
    const auto* end = at + bytes.size();
    while (at != end) {
        entries.emplace_back(at, ::strnlen(at, static_cast<std::size_t>(end - at)));
        at += entries.back().size();
        at += at != end ? 1 : 0;
    }
    replace_environment(entries);
}

/// Whether the request is what its owner would send.
bool is_complete(const ForkRequest& request, const Message& message) noexcept {
    return message.bytes.size() - sizeof request >= request.environment &&
           message.handles.size() >= request_streams + static_cast<std::size_t>(std::popcount(request.streams));
}

/// In a forked child: from the server's state to the child's own.
Result<ChildStart> become_child(const ForkRequest& request, Message& message) {
    sign_lifeline(message.handles[request_alive]);
    std::array<int, 3> streams{-1, -1, -1};  // the server's are the null device
    std::size_t next = request_streams;
    for (std::size_t i = 0; i < streams.size(); ++i) {
        if ((request.streams >> i & 1) != 0) {
            streams[i] = descriptor(message.handles[next++]);
        }
    }
    if (const int number = apply_setup(streams, descriptor(message.handles[request_directory]), request.own_group != 0)) {
        return error_of(number);
    }
    if (request.has_environment != 0) {
        take_environment(message.bytes.subspan(sizeof request, request.environment));
    }
    Handle control = std::move(message.handles[request_control]);
    Handle alive = std::move(message.handles[request_alive]);
    const bool survive = request.survive_parent != 0;
    if (request.has_record == 0) {
        message.handles.clear();
        return receive_start(std::move(control), std::move(alive), survive);
    }
    message.handles.erase(message.handles.begin(), message.handles.begin() + static_cast<std::ptrdiff_t>(next));
    message.bytes = message.bytes.subspan(sizeof request + request.environment);
    return take_start(std::move(control), std::move(alive), survive, std::move(message));
}

}  // namespace

Result<ChildStart> serve_forks(Handle requests, Handle owner_alive, PreloadRunner preload, int argc,
                               char** argv) noexcept {
    if (const auto error = die_with(owner_alive)) {
        return error;
    }
    Message message;
    if (const auto error = channel_receive(requests.get(), message, Patience())) {
        return error;
    }
    if (const char* value = std::getenv(bind_now_variable); value && std::string_view(value) == bound_by_us) {
        ::unsetenv(bind_now_variable);
    }
    show_name("forkserver");
    preload(message.bytes, argc, argv);
    replace_standard_streams();
    sigset_t interrupt;
    sigset_t mask;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &interrupt, &mask);  // Ctrl-C is for the program and its children
    const auto child_handler = ::signal(SIGCHLD, SIG_DFL);  // ignored, it would take the children's status away
    for (;;) {
        await_request(requests.get());
        if (channel_receive(requests.get(), message, Patience())) {
            await_children();
            exit_now(0);
        }
        ForkRequest request;
        if (message.bytes.size() < sizeof request) {
            exit_now(0);
        }
        std::memcpy(&request, message.bytes.data(), sizeof request);
        if (!is_complete(request, message)) {
            exit_now(0);
        }
        ForkAnswer answer;
        auto forked = fork_for_owner();
        if (!forked) {
            answer.error = forked.error().value();
            send_answer(requests.get(), answer, nullptr);
            continue;
        }
        if (forked->id == 0) {
            renew_process_tag();
            requests.reset();
            owner_alive.reset();
            ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
            if (child_handler != SIG_DFL) {
                ::signal(SIGCHLD, child_handler);
            }
            return become_child(request, message);
        }
        answer.id = forked->id;
        answer.relayed = forked->relayed ? 1 : 0;
        // Before the answer: when the owner knows of the child, only the child holds its ends of pipes.
        message.handles.clear();
        send_answer(requests.get(), answer, &forked->report);
    }
}

}  // namespace spork::platform
