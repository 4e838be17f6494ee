#include "forkserver.hpp"

#include "descriptor.hpp"
#include "error.hpp"
#include "launchers.hpp"
#include "lifeline.hpp"
#include "posix_child.hpp"
#include "spawn.hpp"
#include "streams.hpp"
#include "waiting.hpp"

#include "platform/file.hpp"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <mutex>

extern char** environ;

namespace spork::platform {

namespace {

// The server binds every function of its libraries when it starts: bound on first use, each child would look up the same
// names again, and write them into pages of its own. glibc's variable, harmless elsewhere; children do not see it.
constexpr const char* bind_now_variable = "LD_BIND_NOW";
constexpr const char* bound_by_us = "spork";

/// FNV-1a over the environment: whether it is still what the server started with.
std::uint64_t environment_digest() noexcept {
    std::uint64_t digest = 0xcbf29ce484222325;
    for (char** entry = environ; entry && *entry; ++entry) {
        for (const char* at = *entry;; ++at) {
            digest = (digest ^ static_cast<unsigned char>(*at)) * 0x100000001b3;
            if (*at == 0) {
                break;
            }
        }
    }
    return digest;
}

// --- The owner's side ---

/// A running server. The channel is its control channel. Where it relays the status of its children, they hold it as well.
struct Server {
    Server(std::unique_ptr<ChildProcess> child, std::filesystem::path path, std::uint64_t digest) noexcept
        : process(std::move(child)), executable(std::move(path)), environment(digest) {}
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Collects it. It was told to end, or killed. In a forked copy of its owner there is nothing to collect.
    ~Server() {
        while (!process->poll()) {
            ::usleep(100);
        }
    }

    std::unique_ptr<ChildProcess> process;
    std::filesystem::path executable;
    std::uint64_t environment;  ///< digest of what it started with
};

struct Owner {
    std::mutex mutex;
    std::shared_ptr<Server> server;
    std::vector<std::byte> preload;
};

// Never destroyed: children may be started while static objects go away.
Owner*& owner_slot() noexcept {
    static Owner* owner = new Owner();
    return owner;
}

Result<std::shared_ptr<Server>> start_server(const LaunchPlan& child_plan, std::span<const std::byte> preload) {
    auto lines = make_child_lines();
    if (!lines) {
        return lines.error();
    }
    LaunchPlan plan;
    plan.executable = child_plan.executable;
    plan.arguments = child_plan.arguments;
    plan.streams[0].mode = StreamPlan::Mode::null;
    plan.record = preload;
    if (!std::getenv(bind_now_variable)) {
        plan.environment = environment();
        plan.environment->push_back(std::string(bind_now_variable) + "=" + bound_by_us);
    }
    const auto setup = prepare_setup(plan, false);
    if (!setup) {
        return setup.error();
    }
    SpawnRequest request;
    request.word = forkserver_word;
    request.plan = &plan;
    request.setup = &*setup;
    request.control = descriptor(lines->control.second);
    request.parent_alive = descriptor(lines->parent_alive);
    auto spawned = spawn_program(request);
    if (!spawned) {
        return spawned.error();
    }
    ChildHandles handles;
    handles.id = spawned->id;
    handles.sentinel = std::move(spawned->sentinel);
    handles.control = std::move(lines->control.first);
    handles.lifeline = std::move(lines->lifeline);
    auto process = complete_launch(std::move(handles), plan);
    if (!process) {
        return process.error();
    }
    return std::make_shared<Server>(std::move(*process), child_plan.executable, environment_digest());
}

/// The request's bytes: what to do, and the environment when it is not the server's.
std::vector<std::byte> encode_request(const LaunchPlan& plan, const Server& server) {
    ForkRequest request;
    request.own_group = plan.kill_tree ? 1 : 0;
    request.survive_parent = plan.survive_parent ? 1 : 0;
    request.has_environment = plan.environment || environment_digest() != server.environment ? 1 : 0;
    std::vector<std::byte> bytes(sizeof request);
    std::memcpy(bytes.data(), &request, sizeof request);
    if (request.has_environment != 0) {
        for (const std::string& entry : plan.environment ? *plan.environment : environment()) {
            const auto* text = reinterpret_cast<const std::byte*>(entry.c_str());
            bytes.insert(bytes.end(), text, text + entry.size() + 1);
        }
    }
    return bytes;
}

bool is_gone(std::error_code error) noexcept {
    return error == std::errc::broken_pipe || error == std::errc::connection_reset;
}

/// One request and its answer. `settled` tells whether a failure is the server's word, or happened before it was asked:
/// otherwise it may have made the child, and cannot be asked again.
Result<ChildHandles> request_child(const std::shared_ptr<Server>& server, const LaunchPlan& plan, const ChildSetup& setup, ChildLines& lines,
                                   bool& settled) {
    std::array<Attachment, request_handles> attachments;
    attachments[request_control].handle = lines.control.second.get();
    attachments[request_alive].handle = lines.parent_alive.get();
    for (std::size_t i = 0; i < setup.streams.size(); ++i) {
        attachments[request_streams + i].handle = setup.streams[i];
    }
    attachments[request_directory].handle = setup.directory;
    const RawHandle channel = server->process->control();
    if (const auto error = channel_send(channel, encode_request(plan, *server), attachments, Patience())) {
        settled = !is_gone(error);
        return error;
    }
    settled = false;
    // Asleep, not spinning as channel_receive does: the server and the new child need the processors now.
    if (const auto error = wait_until_ready(static_cast<int>(channel), POLLIN, Patience())) {
        return error;
    }
    Message message;
    if (const auto error = channel_receive(channel, message, Patience())) {
        return error;
    }
    ForkAnswer answer;
    if (message.bytes.size() != sizeof answer) {
        return std::make_error_code(std::errc::bad_message);
    }
    std::memcpy(&answer, message.bytes.data(), sizeof answer);
    if (answer.error != 0) {
        settled = true;
        return error_of(answer.error);
    }
    if (message.handles.size() != 1) {
        return std::make_error_code(std::errc::bad_message);
    }
    ChildHandles handles;
    handles.id = answer.id;
    handles.sentinel = std::move(message.handles[0]);
    handles.relayed = answer.relayed != 0;
    if (handles.relayed) {
        handles.server = server;
    }
    handles.own_group = plan.kill_tree;
    return handles;
}

/// Ends a server that does not answer as it should. Where it relays, the status of its children is lost.
void kill_server(Owner& owner) noexcept {
    ChildProcess& process = *owner.server->process;
    process.request_end(EndRequest::kill);
    while (!process.poll()) {
        ::usleep(100);
    }
    owner.server.reset();  // its children may still hold it
}

/// Lets a server go that is no longer wanted. It stays for the children that it has, where they need it.
void retire_server(Owner& owner) noexcept {
    if (owner.server) {
        ::shutdown(static_cast<int>(owner.server->process->control()), SHUT_RDWR);
        owner.server.reset();
    }
}

/// The lines of a new child, with its record in them if it is not to wait for it.
Result<ChildLines> make_lines(const LaunchPlan& plan, bool record_first) {
    auto lines = make_child_lines();
    if (lines && record_first) {
        if (const auto error = channel_send(lines->control.first.get(), plan.record, plan.attachments, Patience())) {
            return error;
        }
    }
    return lines;
}

/// A child, whatever becomes of the server meanwhile: one that the server had made when it died is kept, else another
/// server makes it on new lines, so that no target ever runs twice.
Result<ChildHandles> launch_by_server(Owner& owner, const LaunchPlan& plan, const ChildSetup& setup, ChildLines& lines,
                                      bool record_first) {
    const std::lock_guard hold(owner.mutex);
    if (owner.server && owner.server->executable != plan.executable) {
        retire_server(owner);
    }
    for (int attempt = 0;; ++attempt) {
        if (!owner.server) {
            auto started = start_server(plan, owner.preload);
            if (!started) {
                return started.error();
            }
            owner.server = std::move(*started);
        }
        bool settled = true;
        auto child = request_child(owner.server, plan, setup, lines, settled);
        if (child || settled) {
            return child;
        }
        kill_server(owner);
        auto lost = find_lost_child(lines);
        if (!lost) {
            return lost.error();
        }
        if (*lost) {
            (*lost)->own_group = plan.kill_tree;
            return std::move(**lost);
        }
        if (!is_gone(child.error()) || attempt == 1) {
            return child.error();
        }
        auto renewed = make_lines(plan, record_first);
        if (!renewed) {
            return renewed.error();
        }
        lines = std::move(*renewed);
    }
}

// --- The server's side ---

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

/// In a forked child: from the server's state to the child's own.
Result<ChildStart> become_child(const ForkRequest& request, Message& message) {
    sign_lifeline(message.handles[request_alive]);
    const int number = apply_setup({static_cast<int>(message.handles[request_streams].get()),
                                    static_cast<int>(message.handles[request_streams + 1].get()),
                                    static_cast<int>(message.handles[request_streams + 2].get())},
                                   static_cast<int>(message.handles[request_directory].get()), request.own_group != 0);
    if (number != 0) {
        return error_of(number);
    }
    if (request.has_environment != 0) {
        take_environment(message.bytes.subspan(sizeof request));
    }
    Handle control = std::move(message.handles[request_control]);
    Handle alive = std::move(message.handles[request_alive]);
    message.handles.clear();
    return receive_start(std::move(control), std::move(alive), request.survive_parent != 0, std::move(message));
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ForkserverLauncher::launch(const LaunchPlan& plan) noexcept {
    try {
        const auto setup = prepare_setup(plan, true);
        if (!setup) {
            return setup.error();
        }
        // The record waits in the channel when the child comes to life, unless something has to be done to it first.
        const bool record_first = !plan.priority && plan.cpus.empty() && keeps_lost_children();
        auto lines = make_lines(plan, record_first);
        if (!lines) {
            return lines.error();
        }
        auto child = launch_by_server(*owner_slot(), plan, *setup, *lines, record_first);
        if (!child) {
            return child.error();
        }
        lines->control.second.reset();
        lines->parent_alive.reset();
        child->control = std::move(lines->control.first);
        child->lifeline = std::move(lines->lifeline);
        if (record_first) {
            return make_child(std::move(*child));
        }
        return complete_launch(std::move(*child), plan);
    } catch (const std::bad_alloc&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

void forget_forkserver() noexcept {
    Owner* const old = owner_slot();
    owner_slot() = new Owner();
    owner_slot()->preload = old->preload;
    old->server.reset();  // closes this process's copies of its descriptors, nothing more
}

void set_forkserver_preload(std::vector<std::byte> record) noexcept {
    Owner& owner = *owner_slot();
    const std::lock_guard hold(owner.mutex);
    owner.preload = std::move(record);
    retire_server(owner);
}

Result<ChildStart> serve_forks(Handle requests, Handle owner_alive, PreloadRunner preload) noexcept {
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
    preload(message.bytes);
    replace_standard_streams();
    const auto interrupt_handler = ::signal(SIGINT, SIG_IGN);  // Ctrl-C is for the program and its children
    const auto child_handler = ::signal(SIGCHLD, SIG_DFL);     // ignored, it would take the children's status away
    for (;;) {
        await_request(requests.get());
        if (channel_receive(requests.get(), message, Patience())) {
            await_children();
            exit_now(0);
        }
        ForkRequest request;
        if (message.bytes.size() < sizeof request || message.handles.size() != request_handles) {
            exit_now(0);
        }
        std::memcpy(&request, message.bytes.data(), sizeof request);
        ForkAnswer answer;
        auto forked = fork_for_owner();
        if (!forked) {
            answer.error = forked.error().value();
            send_answer(requests.get(), answer, nullptr);
            continue;
        }
        if (forked->id == 0) {
            requests.reset();
            owner_alive.reset();
            ::signal(SIGINT, interrupt_handler);
            ::signal(SIGCHLD, child_handler);
            return become_child(request, message);
        }
        message.handles.clear();
        answer.id = forked->id;
        answer.relayed = forked->relayed ? 1 : 0;
        send_answer(requests.get(), answer, &forked->report);
    }
}

}  // namespace spork::platform
