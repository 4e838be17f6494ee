/// \file
/// The life of a process as its creator sees it. How it is launched is in process_launch.cpp.

#include "process_state.hpp"

#include "launch_record.hpp"
#include "log_route.hpp"
#include "patience.hpp"
#include "runtime.hpp"
#include "signal_name.hpp"
#include "system_error.hpp"

#include "platform/waiter.hpp"

#include <spork/logging.hpp>

#include <sstream>

namespace spork::detail {

namespace {

/// As long as Python's.
constexpr std::size_t authkey_size = 32;

std::string default_name(std::string_view class_name, const std::vector<unsigned>& identity) {
    std::string name(class_name);
    char separator = '-';
    for (unsigned number : identity) {
        name += separator + std::to_string(number);
        separator = ':';
    }
    return name;
}

}  // namespace

std::shared_ptr<ProcessState> ProcessState::main_process() {
    std::shared_ptr<ProcessState> state(new ProcessState(Phase::running_process));
    state->name_ = "MainProcess";
    state->pid_ = platform::process_id();
    state->authkey_.resize(authkey_size);
    if (auto error = platform::random_bytes(state->authkey_)) {
        throw_system(error, "cannot make the authentication key of this process");
    }
    return state;
}

std::shared_ptr<ProcessState> ProcessState::child_process(std::string name, std::vector<unsigned> identity, bool daemon,
                                                          std::vector<std::byte> authkey) {
    std::shared_ptr<ProcessState> state(new ProcessState(Phase::running_process));
    state->name_ = std::move(name);
    state->identity_ = std::move(identity);
    state->daemon_ = daemon;
    state->pid_ = platform::process_id();
    state->authkey_ = std::move(authkey);
    return state;
}

ProcessState::ProcessState(std::string_view class_name, ProcessOptions options, Target target)
    : options_(std::move(options)), target_(std::move(target)) {
    Runtime& runtime = Runtime::get();
    const std::lock_guard hold(runtime.mutex);
    identity_ = runtime.current->identity();
    identity_.push_back(runtime.next_number++);
    name_ = options_->name.empty() ? default_name(class_name, identity_) : options_->name;
    daemon_ = options_->daemon.value_or(runtime.current->daemon());
    authkey_ = runtime.current->authkey();
}

std::string ProcessState::label() const {
    return "Process \"" + name_ + "\"";
}

void ProcessState::require_child(const char* verb) const {
    switch (phase_) {
        case Phase::initial:
            throw UsageError(label() + ": cannot " + verb + " it before it is started: call start() first");
        case Phase::closed:
            throw UsageError(label() + ": cannot " + verb + " it: it is closed");
        case Phase::running_process:
            throw UsageError(label() + ": cannot " + verb + " the running process itself");
        case Phase::started:
        case Phase::ended:
            break;
    }
    if (creator_ != platform::process_id()) {
        throw UsageError(label() + ": cannot " + verb + " it: it is a child of process " + std::to_string(creator_) +
                         ", and only its parent can");
    }
}

void ProcessState::run() {
    Target target;
    {
        const std::lock_guard hold(mutex_);
        target = target_;
    }
    if (target.body) {
        target.body->run(nullptr, false);
    }
}

bool ProcessState::join(Timeout timeout, const std::stop_token& stop) {
    const WaitLimit limit(timeout, stop);
    const auto self = shared_from_this();
    const auto child = this->child("join");
    while (!reap()) {
        const platform::WaitItem item{child->sentinel(), platform::WaitKind::sentinel};
        const auto ready = platform::wait_any({&item, 1}, limit.patience());
        if (!ready && !is(ready.error(), std::errc::operation_canceled)) {
            throw_system(ready.error(), label() + ": cannot wait for its end");
        }
        if (!ready || ready->empty()) {
            return false;
        }
    }
    settle_log_relay();
    Runtime& runtime = Runtime::get();
    const std::lock_guard hold(runtime.mutex);
    std::erase(runtime.children, self);
    return true;
}

bool ProcessState::reap() {
    const std::lock_guard hold(mutex_);
    return reap_locked();
}

bool ProcessState::reap_locked() {
    if (phase_ != Phase::started) {
        return phase_ == Phase::ended;
    }
    const auto info = child_->poll();
    if (!info) {
        return false;
    }
    note_end(*info);
    return true;
}

void ProcessState::note_end(const platform::ExitInfo& info) {
    phase_ = Phase::ended;
    status_ = ExitStatus{info.code, info.signal, info.core_dumped, info.known, info.raw};
    const platform::Patience at_once{std::chrono::steady_clock::time_point::min(), platform::no_handle};
    platform::Message message;
    const bool started = !platform::channel_receive(child_->control(), message, at_once);
    if (!started && !end_requested_ && info.signal == 0) {
        platform::write_stderr("spork: " + label() + " ended with " + to_string(*status_) +
                               " before spork::init ran in it: make spork::init(argc, argv) the first statement of main, "
                               "and start no process in a static initialiser\n");
    }
}

bool ProcessState::is_alive() {
    const std::lock_guard hold(mutex_);
    switch (phase_) {
        case Phase::initial:
            return false;
        case Phase::running_process:
            return true;
        default:
            require_child("ask whether it is alive");
            return !reap_locked();
    }
}

void ProcessState::request_end(platform::EndRequest request, const char* verb) {
    const std::lock_guard hold(mutex_);
    require_child(verb);
    if (reap_locked()) {
        return;
    }
    end_requested_ = true;
    if (const auto error = child_->request_end(request)) {
        throw_system(error, label() + ": cannot " + verb + " process " + std::to_string(pid_));
    }
}

void ProcessState::request_stop() {
    const std::lock_guard hold(mutex_);
    require_child("request the stop of");
    const auto message = static_cast<std::byte>(ControlMessage::stop);
    // A child that is gone has stopped.
    static_cast<void>(platform::channel_send(child_->control(), {&message, 1}, {}, platform::Patience()));
}

void ProcessState::close() {
    std::shared_ptr<platform::ChildProcess> child;
    const std::lock_guard hold(mutex_);
    if (phase_ == Phase::running_process || phase_ == Phase::closed) {
        return;
    }
    if (phase_ == Phase::started && !reap_locked()) {
        throw UsageError(label() + ": cannot close it while it is still running: join() or terminate() it first");
    }
    phase_ = Phase::closed;
    child = std::move(child_);
    for (FileHandle& stream : streams_) {
        stream = FileHandle();
    }
}

std::string ProcessState::name() const {
    const std::lock_guard hold(mutex_);
    return name_;
}

void ProcessState::set_name(std::string name) {
    const std::lock_guard hold(mutex_);
    name_ = std::move(name);
}

bool ProcessState::daemon() const {
    const std::lock_guard hold(mutex_);
    return daemon_;
}

void ProcessState::set_daemon(bool daemon) {
    const std::lock_guard hold(mutex_);
    if (phase_ != Phase::initial) {
        throw UsageError(label() + ": cannot change daemon: the process has already started");
    }
    daemon_ = daemon;
}

void ProcessState::set_options(ProcessOptions options) {
    const std::lock_guard hold(mutex_);
    if (phase_ != Phase::initial) {
        throw UsageError(label() + ": cannot change its options: the process has already started");
    }
    if (!options.name.empty()) {
        name_ = options.name;
    }
    daemon_ = options.daemon.value_or(daemon_);
    options_ = std::move(options);
}

std::optional<process_id> ProcessState::pid() const {
    const std::lock_guard hold(mutex_);
    if (phase_ == Phase::closed) {
        throw UsageError(label() + ": cannot tell its pid: it is closed");
    }
    return pid_ == 0 ? std::nullopt : std::optional(pid_);
}

std::optional<ExitStatus> ProcessState::exit_status() {
    const std::lock_guard hold(mutex_);
    if (phase_ == Phase::initial || phase_ == Phase::running_process) {
        return std::nullopt;
    }
    require_child("ask for the exit code of");
    reap_locked();
    return status_;
}

std::vector<unsigned> ProcessState::identity() const {
    const std::lock_guard hold(mutex_);
    return identity_;
}

std::vector<std::byte> ProcessState::authkey() const {
    const std::lock_guard hold(mutex_);
    return authkey_;
}

void ProcessState::set_authkey(std::vector<std::byte> key) {
    const std::lock_guard hold(mutex_);
    authkey_ = std::move(key);
}

std::shared_ptr<platform::ChildProcess> ProcessState::child(const char* verb) const {
    const std::lock_guard hold(mutex_);
    require_child(verb);
    return child_;
}

FileHandle ProcessState::stream(std::size_t index) const {
    constexpr const char* names[] = {"input", "output", "error"};
    const std::lock_guard hold(mutex_);
    if (!streams_[index]) {
        throw UsageError(label() + ": its standard " + names[index] +
                         " is no pipe of ours: start it with StandardStream::pipe() for that stream");
    }
    return streams_[index];
}

std::string ProcessState::describe() {
    const std::lock_guard hold(mutex_);
    if (phase_ == Phase::started && creator_ == platform::process_id()) {
        reap_locked();
    }
    std::ostringstream text;
    text << "<Process \"" << name_ << '"';
    if (pid_ != 0) {
        text << " pid=" << pid_;
    }
    if (phase_ != Phase::running_process) {
        text << " parent=" << creator_;
    }
    constexpr const char* names[] = {" initial", " started", " stopped", " closed", " started"};
    text << (phase_ == Phase::started && creator_ != platform::process_id() ? " unknown"
                                                                            : names[static_cast<int>(phase_)]);
    if (status_) {
        text << " exitcode=" << status_->code << signal_suffix(status_->signal);
    }
    text << (daemon_ ? " daemon>" : ">");
    return text.str();
}

}  // namespace spork::detail
