/// \file
/// Process and the functions about processes: thin covers over ProcessState and Runtime.

#include <spork/process.hpp>
#include <spork/process_base.hpp>

#include "patience.hpp"
#include "process_state.hpp"
#include "runtime.hpp"
#include "system_error.hpp"

#include "platform/waiter.hpp"

#include <ostream>

namespace spork {

namespace detail {

namespace {

thread_local unsigned becoming_current = 0;

}  // namespace

BecomeCurrent::BecomeCurrent() noexcept {
    ++becoming_current;
}

BecomeCurrent::~BecomeCurrent() {
    --becoming_current;
}

std::shared_ptr<ProcessState> new_process_state(std::string_view class_name) {
    if (becoming_current != 0) {
        Runtime& runtime = Runtime::get();
        const std::lock_guard hold(runtime.mutex);
        return runtime.current;
    }
    return std::make_shared<ProcessState>(class_name, ProcessOptions(), Target());
}

}  // namespace detail

Process::Process(ProcessOptions options) : Process(std::move(options), detail::Target()) {}

Process::Process(ProcessOptions options, detail::Target target)
    : state_(std::make_shared<detail::ProcessState>("Process", std::move(options), std::move(target))) {}

void Process::start() {
    state_->start({});
}

void Process::start(detail::Target target) {
    state_->start(std::move(target));
}

void Process::run() {
    state_->run();
}

bool Process::join(Timeout timeout, std::stop_token stop) {
    return state_->join(timeout, stop);
}

bool Process::is_alive() const {
    return state_->is_alive();
}

void Process::terminate() {
    state_->request_end(platform::EndRequest::terminate, "terminate");
}

void Process::kill() {
    state_->request_end(platform::EndRequest::kill, "kill");
}

void Process::interrupt() {
    state_->request_end(platform::EndRequest::interrupt, "interrupt");
}

void Process::request_stop() {
    state_->request_stop();
}

void Process::close() {
    state_->close();
}

std::string Process::name() const {
    return state_->name();
}

// While a subclass is made again in the child, what its constructor sets is dropped: the process is what its parent started.

void Process::set_name(std::string name) {
    if (detail::becoming_current == 0) {
        state_->set_name(std::move(name));
    }
}

bool Process::daemon() const {
    return state_->daemon();
}

void Process::set_daemon(bool daemon) {
    if (detail::becoming_current == 0) {
        state_->set_daemon(daemon);
    }
}

void Process::set_options(ProcessOptions options) {
    if (detail::becoming_current == 0) {
        state_->set_options(std::move(options));
    }
}

std::optional<process_id> Process::pid() const {
    return state_->pid();
}

std::optional<int> Process::exitcode() const {
    const auto status = state_->exit_status();
    return status ? std::optional(status->code) : std::nullopt;
}

std::optional<ExitStatus> Process::exit_status() const {
    return state_->exit_status();
}

std::vector<unsigned> Process::identity() const {
    return state_->identity();
}

std::vector<std::byte> Process::authkey() const {
    return state_->authkey();
}

void Process::set_authkey(std::vector<std::byte> key) {
    if (detail::becoming_current == 0) {
        state_->set_authkey(std::move(key));
    }
}

Sentinel Process::sentinel() const {
    auto child = state_->child("get the sentinel of");
    const native_handle_type native = child->sentinel();
    return {native, std::move(child)};
}

FileHandle Process::standard_input() const {
    return state_->stream(0);
}

FileHandle Process::standard_output() const {
    return state_->stream(1);
}

FileHandle Process::standard_error() const {
    return state_->stream(2);
}

std::ostream& operator<<(std::ostream& stream, const Process& process) {
    return stream << process.state_->describe();
}

Process current_process() {
    detail::Runtime& runtime = detail::Runtime::get();
    const std::lock_guard hold(runtime.mutex);
    return Process(runtime.current);
}

std::vector<Process> active_children() {
    std::vector<Process> children;
    for (auto& state : detail::live_children()) {
        children.push_back(Process(std::move(state)));
    }
    return children;
}

std::optional<ParentProcess> parent_process() {
    detail::Runtime& runtime = detail::Runtime::get();
    const std::lock_guard hold(runtime.mutex);
    if (!runtime.parent) {
        return std::nullopt;
    }
    return ParentProcess(runtime.parent->name, runtime.parent->pid, runtime.parent->alive);
}

bool ParentProcess::is_alive() const {
    return !join(at_once);
}

bool ParentProcess::join(Timeout timeout, std::stop_token stop) const {
    const detail::WaitLimit limit(timeout, stop);
    const platform::WaitItem item{alive_->native(), platform::WaitKind::sentinel};
    const auto ready = platform::wait_any({&item, 1}, limit.patience());
    if (!ready && !detail::is(ready.error(), std::errc::operation_canceled)) {
        detail::throw_system(ready.error(), "cannot wait for the end of the parent process");
    }
    return ready && !ready->empty();
}

}  // namespace spork
