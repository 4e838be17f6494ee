/// \file
/// StartMethod::forkserver: the owner of a fork server, which asks it for children.

#include "descriptor.hpp"
#include "error.hpp"
#include "forkserver.hpp"
#include "launchers.hpp"
#include "spawn.hpp"
#include "waiting.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <string_view>

extern char** environ;

namespace spork::platform {

namespace {

/// Whether the environment is still what the server started with.
std::size_t environment_digest() noexcept {
    std::size_t digest = 0;
    for (char** entry = environ; entry && *entry; ++entry) {
        digest = digest * 31 + std::hash<std::string_view>()(*entry);
    }
    return digest;
}

/// A running server. The channel is its control channel. Where it relays the status of its children, they hold it as well.
struct Server {
    Server(std::unique_ptr<ChildProcess> child, std::filesystem::path path, std::size_t digest) noexcept
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
    std::size_t environment;  ///< digest of what it started with
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
    LaunchPlan plan;
    plan.executable = child_plan.executable;
    plan.arguments = child_plan.arguments;
    plan.streams[0].mode = StreamPlan::Mode::null;
    plan.record = preload;
    if (!std::getenv(bind_now_variable)) {
        plan.environment = environment();
        plan.environment->push_back(std::string(bind_now_variable) + "=" + bound_by_us);
    }
    auto process = launch_program(plan, forkserver_word);
    if (!process) {
        return process.error();
    }
    return std::make_shared<Server>(std::move(*process), child_plan.executable, environment_digest());
}

/// A record of this size and with so few handles goes with the request: the child has it when it comes to life.
constexpr std::size_t longest_record = std::size_t{16} * 1024;

/// What the server is asked for, as it is sent.
struct Request {
    std::vector<std::byte> bytes;
    std::vector<Attachment> attachments;
};

/// Whether the record may go with the request. Otherwise it follows when the child is known: something has to be done to
/// the child first, or it must not begin before it is answered for.
bool takes_record(const LaunchPlan& plan) noexcept {
    return keeps_lost_children() && !plan.priority && plan.cpus.empty() && plan.record.size() <= longest_record &&
           request_streams + plan.streams.size() + plan.attachments.size() <= max_attachments;
}

void attach_streams(const LaunchPlan& plan, ForkRequest& request, std::vector<Attachment>& attachments) {
    for (std::size_t i = 0; i < plan.streams.size(); ++i) {
        const StreamPlan& stream = plan.streams[i];
        const RawHandle source = stream.mode == StreamPlan::Mode::handle ? stream.handle : static_cast<RawHandle>(i);
        const bool given = stream.mode == StreamPlan::Mode::handle ||
                           (stream.mode == StreamPlan::Mode::inherit && ::fcntl(static_cast<int>(i), F_GETFD) >= 0);
        if (given) {
            request.streams |= 1U << i;
            attachments.push_back({source});
        }
    }
}

Result<Handle> open_directory(const LaunchPlan& plan) noexcept {
    Handle directory(::open(plan.directory ? plan.directory->c_str() : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return directory ? above_standard_streams(std::move(directory)) : Result<Handle>(last_error());
}

Request make_request(const LaunchPlan& plan, const Server& server, const ChildLines& lines, const Handle& directory) {
    Request made;
    ForkRequest request;
    request.own_group = plan.kill_tree ? 1 : 0;
    request.survive_parent = plan.survive_parent ? 1 : 0;
    request.has_record = takes_record(plan) ? 1 : 0;
    request.has_environment = plan.environment || environment_digest() != server.environment ? 1 : 0;
    made.attachments.resize(request_streams);
    made.attachments[request_control].handle = lines.control.second.get();
    made.attachments[request_alive].handle = lines.parent_alive.get();
    made.attachments[request_directory].handle = directory.get();
    attach_streams(plan, request, made.attachments);

    made.bytes.resize(sizeof request);
    if (request.has_environment != 0) {
        for (const std::string& entry : plan.environment ? *plan.environment : environment()) {
            const auto* text = reinterpret_cast<const std::byte*>(entry.c_str());
            made.bytes.insert(made.bytes.end(), text, text + entry.size() + 1);
        }
        request.environment = made.bytes.size() - sizeof request;
    }
    std::memcpy(made.bytes.data(), &request, sizeof request);
    if (request.has_record != 0) {
        made.bytes.insert(made.bytes.end(), plan.record.begin(), plan.record.end());
        made.attachments.insert(made.attachments.end(), plan.attachments.begin(), plan.attachments.end());
    }
    return made;
}

bool is_gone(std::error_code error) noexcept {
    return error == std::errc::broken_pipe || error == std::errc::connection_reset;
}

/// One request and its answer. `settled` tells whether a failure is the server's word, or happened before it was asked:
/// otherwise it may have made the child, and cannot be asked again.
Result<ChildHandles> request_child(const std::shared_ptr<Server>& server, const LaunchPlan& plan,
                                   const ChildLines& lines, const Handle& directory, bool& settled) {
    const Request request = make_request(plan, *server, lines, directory);
    const RawHandle channel = server->process->control();
    if (const auto error = channel_send(channel, request.bytes, request.attachments, Patience())) {
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

/// A child, whatever becomes of the server meanwhile: one that the server had made when it died is kept, else another
/// server makes it on new lines, so that no target ever runs twice.
Result<ChildHandles> launch_by_server(Owner& owner, const LaunchPlan& plan, const Handle& directory, ChildLines& lines) {
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
        auto child = request_child(owner.server, plan, lines, directory, settled);
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
        auto renewed = make_child_lines();
        if (!renewed) {
            return renewed.error();
        }
        lines = std::move(*renewed);
    }
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ForkserverLauncher::launch(const LaunchPlan& plan) noexcept {
    try {
        const auto directory = open_directory(plan);
        if (!directory) {
            return directory.error();
        }
        auto lines = make_child_lines();
        if (!lines) {
            return lines.error();
        }
        auto child = launch_by_server(*owner_slot(), plan, *directory, *lines);
        if (!child) {
            return child.error();
        }
        lines->control.second.reset();
        lines->parent_alive.reset();
        child->control = std::move(lines->control.first);
        child->lifeline = std::move(lines->lifeline);
        if (takes_record(plan)) {
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

}  // namespace spork::platform
