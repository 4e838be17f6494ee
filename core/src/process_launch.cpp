/// \file
/// ProcessState::start: from options and target to a launch plan.

#include "code_position.hpp"
#include "global_table.hpp"
#include "child_main.hpp"
#include "launch_record.hpp"
#include "log_route.hpp"
#include "output.hpp"
#include "owned_handle.hpp"
#include "process_state.hpp"
#include "runtime.hpp"
#include "system_error.hpp"

#include "platform/file.hpp"

#include <spork/logging.hpp>

#include <algorithm>
#include <mutex>
#include <shared_mutex>

namespace spork::detail {

namespace {

/// The standard streams of a child, and this process's ends of its pipes.
struct Streams {
    std::array<platform::StreamPlan, 3> plans;
    std::array<platform::Handle, 3> opened;
    std::array<FileHandle, 3> kept;
};

platform::Handle check_opened(platform::Result<platform::Handle> opened, const std::string& what) {
    if (!opened) {
        throw StartError(what, opened.error());
    }
    return std::move(*opened);
}

void plan_stream(Streams& streams, std::size_t index, const StandardStream& wanted, const std::string& label) {
    using Mode = platform::StreamPlan::Mode;
    const bool is_input = index == 0;
    platform::StreamPlan& plan = streams.plans[index];
    switch (wanted.kind()) {
        case StandardStream::Kind::inherit:
            plan.mode = Mode::inherit;
            return;
        case StandardStream::Kind::null:
            plan.mode = Mode::null;
            return;
        case StandardStream::Kind::file:
            plan.mode = Mode::handle;
            if (wanted.open_file()) {
                plan.handle = wanted.open_file().native();
                return;
            }
            streams.opened[index] = check_opened(
                platform::open_file(wanted.path(), is_input          ? platform::FileMode::read
                                                   : wanted.append() ? platform::FileMode::append
                                                                     : platform::FileMode::truncate),
                label + ": cannot open " + wanted.path().string() + " as a standard stream");
            break;
        case StandardStream::Kind::pipe: {
            plan.mode = Mode::handle;
            auto pipe = platform::make_byte_pipe();
            if (!pipe) {
                throw StartError(label + ": cannot make a pipe for a standard stream", pipe.error());
            }
            streams.opened[index] = std::move(is_input ? pipe->reader : pipe->writer);
            streams.kept[index] = FileHandle((is_input ? pipe->writer : pipe->reader).release());
            break;
        }
    }
    plan.handle = streams.opened[index].get();
}

std::vector<std::string> environment_entries(const std::map<std::string, std::string>& variables) {
    std::vector<std::string> entries;
    entries.reserve(variables.size());
    for (const auto& [name, value] : variables) {
        entries.push_back(name + "=" + value);
    }
    return entries;
}

/// Forgets children that have ended, so that none stays a zombie.
void reap_children(Runtime& runtime) {
    std::vector<std::shared_ptr<ProcessState>> children;
    {
        const std::lock_guard hold(runtime.mutex);
        children = runtime.children;
    }
    if (children.empty()) {
        return;
    }
    std::vector<std::shared_ptr<ProcessState>> ended;
    for (auto& child : children) {
        if (child->reap()) {
            ended.push_back(std::move(child));
        }
    }
    const std::lock_guard hold(runtime.mutex);
    std::erase_if(runtime.children, [&ended](const auto& child) {
        return std::find(ended.begin(), ended.end(), child) != ended.end();
    });
}

/// A fork copies one thread only: what the others hold stays locked for ever in the child.
void report_fork_with_threads(Runtime& runtime) {
    if (platform::thread_count() <= 1 + relay_threads()) {
        return;
    }
    {
        const std::lock_guard hold(runtime.mutex);
        if (std::exchange(runtime.fork_with_threads_reported, true)) {
            return;
        }
    }
    get_logger().warning("a process is started by fork while this process has several threads: locks that they hold stay "
                         "locked in the child; use StartMethod::forkserver or spawn");
}

}  // namespace

void ProcessState::require_startable(Runtime& runtime) const {
    {
        const std::lock_guard hold(runtime.mutex);
        if (!runtime.initialised) {
            throw BootstrapError(
                label() + ": cannot be started before spork::init: write spork::init(argc, argv) as the first statement "
                          "of main (or include <spork/main.hpp> there), and start no process in a static initialiser");
        }
        if (runtime.current->daemon()) {
            throw UsageError(label() + ": daemonic processes are not allowed to have children; \"" +
                             runtime.current->name() + "\" is daemonic");
        }
    }
    switch (phase_) {
        case Phase::initial:
            break;
        case Phase::closed:
            throw UsageError(label() + ": cannot start it: it is closed");
        case Phase::running_process:
            throw UsageError(label() + ": cannot start the running process itself");
        case Phase::started:
        case Phase::ended:
            throw UsageError(label() + ": cannot start a process twice; make a new Process");
    }
    if (creator_ != platform::process_id()) {
        throw UsageError(label() + ": can only be started by the process that made it, which is process " +
                         std::to_string(creator_));
    }
    if (daemon_ && options_->survive_parent) {
        throw UsageError(label() + ": a daemonic process cannot survive its parent: give up one of the two options");
    }
}

void ProcessState::write_record(Writer& writer, Runtime& runtime, StartMethod method, const Target& target) const {
    LaunchRecord record;
    record.image = main_image().id;
    record.name = name_;
    record.identity = identity_;
    record.daemon = daemon_;
    record.authkey = authkey_;
    record.default_method = method;  // its own children come the same way
    record.parent_pid = platform::process_id();
    record.has_target = target.entry != nullptr;
    {
        const std::lock_guard hold(runtime.mutex);
        record.family_key = runtime.family_key;
        record.method_chosen = runtime.method_chosen;
        record.parent_name = runtime.current->name();
    }
    record.save(writer);
    write_log_route(writer);
    write_globals(writer);
    if (record.has_target) {
        write_target(writer, target);
    }
}

void ProcessState::start(Target target) {
    Runtime& runtime = Runtime::get();
    reap_children(runtime);
    const std::lock_guard hold(mutex_);
    require_startable(runtime);
    launch(runtime, target.body ? target : target_);
    target_ = Target();
    options_.reset();
}

void ProcessState::launch(Runtime& runtime, const Target& target) {
    const StartMethod method = options_->start_method ? *options_->start_method : fixed_start_method();
    platform::Launcher& launcher = launcher_for(method);
    if (target.body && !target.entry && method != StartMethod::fork) {
        throw UsageError(label() + ": spork::fork_only targets run by StartMethod::fork alone, not by " +
                         std::string(to_string(method)));
    }
    Writer writer;
    write_record(writer, runtime, method, target);
    const auto attachments = attachments_of(writer);

    if (method == StartMethod::fork) {
        report_fork_with_threads(runtime);
    }
    std::shared_lock others_may_start(runtime.starting, std::defer_lock);
    std::unique_lock nobody_else_starts(runtime.starting, std::defer_lock);
    method == StartMethod::fork ? nobody_else_starts.lock() : others_may_start.lock();

    Streams streams;
    plan_stream(streams, 0, options_->standard_input, label());
    plan_stream(streams, 1, options_->standard_output, label());
    plan_stream(streams, 2, options_->standard_error, label());

    platform::LaunchPlan plan;
    plan.name = name_;
    plan.record = writer.bytes();
    plan.attachments = attachments;
    plan.streams = streams.plans;
    {
        const std::lock_guard hold(runtime.mutex);
        plan.executable = runtime.executable;
        plan.arguments = runtime.arguments;
    }
    plan.directory = options_->cwd;
    if (options_->env) {
        plan.environment = environment_entries(*options_->env);
    }
    plan.priority = options_->priority;
    plan.cpus = options_->cpus;
    plan.survive_parent = options_->survive_parent;
    plan.kill_tree = options_->kill_tree;

    ForkContext fork_context{target.entry ? Target() : target};
    std::optional<HandleTableLock> still;
    std::unique_lock children_still(runtime.mutex, std::defer_lock);
    if (method == StartMethod::fork) {
        flush_output();
        plan.run_in_fork = run_forked_child;
        plan.fork_context = &fork_context;
        children_still.lock();
        still.emplace();
    }
    auto child = launcher.launch(plan);
    still.reset();
    if (children_still.owns_lock()) {
        children_still.unlock();
    }
    if (!child) {
        const std::string program = plan.executable.empty() ? "this program" : plan.executable.string();
        throw StartError(label() + ": cannot start " + program + " (" + std::string(to_string(method)) + ")",
                         child.error());
    }
    child_ = std::move(*child);
    phase_ = Phase::started;
    pid_ = child_->id();
    writer.handed_over(static_cast<std::uint32_t>(pid_));
    streams_ = std::move(streams.kept);
    // Before another thread may fork: its child must know whose handles these are.
    const std::lock_guard hold(runtime.mutex);
    runtime.children.push_back(shared_from_this());
}

std::vector<std::shared_ptr<ProcessState>> live_children() {
    Runtime& runtime = Runtime::get();
    reap_children(runtime);
    const std::lock_guard hold(runtime.mutex);
    return runtime.children;
}

}  // namespace spork::detail
