#pragma once

/// \file
/// Processes: starting them, waiting for them, ending them.

#include <spork/exit_status.hpp>
#include <spork/export.hpp>
#include <spork/native_handle.hpp>
#include <spork/standard_stream.hpp>
#include <spork/start_method.hpp>
#include <spork/task.hpp>
#include <spork/timeout.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace spork {

using process_id = std::int64_t;

/// ProcessOptions is what can be said about a process before it is started. Every field may be left out.
struct ProcessOptions {
    std::string name = {};                ///< default: Process-1, Process-1:2 for a child's child
    std::optional<bool> daemon = {};      ///< default: as the creating process
    std::optional<std::filesystem::path> cwd = {};                  ///< default: the current directory at start()
    std::optional<std::map<std::string, std::string>> env = {};     ///< the whole environment; default: as at start()
    StandardStream standard_input = StandardStream::null();         ///< a child reads end of file unless told otherwise
    StandardStream standard_output = StandardStream::inherit();
    StandardStream standard_error = StandardStream::inherit();
    std::optional<int> priority = {};     ///< nice value, -20 to 19; on Windows the nearest priority class
    std::vector<unsigned> cpus = {};      ///< the processors it may use, from 0; default: the parent's
    bool kill_tree = false;               ///< terminate() and kill() take along the programs that the child started
    bool survive_parent = false;          ///< stay alive when the parent is killed; never for daemonic processes
    std::optional<StartMethod> start_method = {};  ///< default: get_start_method()
};

/// Sentinel becomes ready when its process has ended; for spork::wait. Copies are cheap.
class Sentinel {
public:
    /// The system's handle: a pidfd or pipe descriptor, a process handle. Valid while a copy of the sentinel lives.
    native_handle_type native() const noexcept { return native_; }
    friend bool operator==(const Sentinel& a, const Sentinel& b) noexcept { return a.native_ == b.native_; }

private:
    friend class Process;
    Sentinel(native_handle_type native, std::shared_ptr<const void> owner) noexcept
        : native_(native), owner_(std::move(owner)) {}

    native_handle_type native_;
    std::shared_ptr<const void> owner_;
};

namespace detail {
class ProcessState;
SPORK_API std::shared_ptr<ProcessState> new_process_state(std::string_view class_name);
}  // namespace detail

/// Process is a child process: a target and its arguments that run elsewhere.
///
///     spork::Process p({.name = "clock"}, work, 1, "a");
///     p.start();
///     p.join();
///     int code = p.exitcode().value();
///
/// A handle: copies are the same process, and destroying one neither ends nor waits for the child. At normal exit of the
/// program daemonic children are terminated and the others joined. Arguments are converted to the types of the target's
/// parameters when the Process is made, and given to the child as they were then; a parameter by reference refers to the
/// child's own copy. Threads: every function may be called from any thread. Python: multiprocessing.Process.
class SPORK_API Process {
public:
    /// A process that does nothing and exits with 0.
    Process() : Process(ProcessOptions()) {}
    explicit Process(ProcessOptions options);

    template <class F, class... A>
        requires(!std::is_base_of_v<Process, std::remove_cvref_t<F>> &&
                 !std::is_same_v<std::remove_cvref_t<F>, ProcessOptions>)
    explicit Process(F&& target, A&&... arguments)
        : Process(ProcessOptions(), std::forward<F>(target), std::forward<A>(arguments)...) {}

    /// `target` is a function, a captureless lambda, a Transferable function object, a Task, spork::fn<&Class::method>,
    /// or spork::fork_only(anything). What cannot travel is a compile error that names the type.
    template <class F, class... A>
    Process(ProcessOptions options, F&& target, A&&... arguments)
        : Process(std::move(options), detail::make_target(std::forward<F>(target), std::forward<A>(arguments)...)) {}

    /// Starts the child; returns as soon as it exists. Finished children are reaped first.
    /// Throws BootstrapError before spork::init; UsageError when it was started before, by another process than its
    /// creator, closed, or in a daemonic process; StartMethodUnavailable; TransferError when an argument cannot be encoded
    /// (nothing is started then and start() may be tried again); StartError with the system's reason.
    void start();

    /// Runs the target here, in the calling thread; what it throws comes out. Does not count as a start.
    void run();

    /// Waits until the child has ended. False when the time passed or a stop was requested first; the child goes on.
    /// Throws UsageError when it was not started, is closed, or is not a child of this process.
    bool join(Timeout timeout = no_limit, std::stop_token stop = {});

    /// False before the start and after the end.
    bool is_alive() const;

    /// Ends the child without letting it clean up: SIGTERM, TerminateProcess. Returns at once. Nothing happens when it
    /// has ended. Other processes are not harmed: what it held is released. Throws UsageError before the start.
    void terminate();

    /// As terminate(), by a signal that cannot be ignored.
    void kill();

    /// Sends SIGINT, as Ctrl-C does. Windows has no such signal for one process: the child is ended as with signal 2.
    void interrupt();

    /// Asks the child to end on its own: spork::stop_requested() becomes true there. Returns at once.
    void request_stop();

    /// Releases what this process holds of an ended child. Throws UsageError while it runs. Afterwards only name() and
    /// daemon() may be used.
    void close();

    std::string name() const;
    /// May be set at any time; a running child keeps its old name.
    void set_name(std::string name);

    bool daemon() const;
    /// Throws UsageError once the process was started.
    void set_daemon(bool daemon);

    /// Replaces everything that was said before the start. Throws UsageError once the process was started.
    void set_options(ProcessOptions options);

    /// Empty before the start. Stays readable after the end.
    std::optional<process_id> pid() const;

    /// Empty before the end; then 0, N after std::exit(N) or throw Exit{N}, 1 after an uncaught exception, -N for signal
    /// N; the same numbers on Windows. 255 when the host program collected the status.
    std::optional<int> exitcode() const;

    /// Everything the system says about the end; empty before it.
    std::optional<ExitStatus> exit_status() const;

    /// The numbers of which the default name is made: {} in the main process, {1, 2} for Process-1:2.
    std::vector<unsigned> identity() const;

    /// The secret with which connections of this family of processes are authenticated: 32 random bytes in the main
    /// process, inherited by children.
    std::vector<std::byte> authkey() const;
    void set_authkey(std::vector<std::byte> key);

    /// Ready when the child has ended. Throws UsageError before the start and for the current process.
    Sentinel sentinel() const;

    /// The other ends of streams that were StandardStream::pipe(). Throw UsageError otherwise, or before the start.
    FileHandle standard_input() const;
    FileHandle standard_output() const;
    FileHandle standard_error() const;

    /// Whether two handles are the same process.
    friend bool operator==(const Process& a, const Process& b) noexcept { return a.state_ == b.state_; }

    /// Name, pid, state, exit code: <Process "clock" pid=12 parent=10 stopped exitcode=-15 (SIGTERM) daemon>.
    friend SPORK_API std::ostream& operator<<(std::ostream& stream, const Process& process);

protected:
    explicit Process(std::shared_ptr<detail::ProcessState> state) noexcept : state_(std::move(state)) {}

    /// As start(), with a target that is made now.
    void start(detail::Target target);

private:
    friend Process current_process();
    friend std::vector<Process> active_children();

    Process(ProcessOptions options, detail::Target target);

    std::shared_ptr<detail::ProcessState> state_;
};

/// The running process: in a child the Process that was started, in the main process one named MainProcess.
SPORK_API Process current_process();

/// The live children of this process, after reaping the finished ones.
SPORK_API std::vector<Process> active_children();

/// ParentProcess is the process that started this one.
class SPORK_API ParentProcess {
public:
    const std::string& name() const noexcept { return name_; }
    process_id pid() const noexcept { return pid_; }

    /// True while it lives; never fooled by a new process with its number.
    bool is_alive() const;

    /// Waits until it has ended; false when time or a stop request came first.
    bool join(Timeout timeout = no_limit, std::stop_token stop = {}) const;

private:
    friend std::optional<ParentProcess> parent_process();
    ParentProcess(std::string name, process_id pid, std::shared_ptr<detail::OwnedHandle> alive)
        : name_(std::move(name)), pid_(pid), alive_(std::move(alive)) {}

    std::string name_;
    process_id pid_;
    std::shared_ptr<detail::OwnedHandle> alive_;
};

/// Empty in the main process.
SPORK_API std::optional<ParentProcess> parent_process();

/// True in a child once its parent called request_stop().
SPORK_API bool stop_requested();

/// The same as a token, for loops and for spork's blocking calls. The first call starts a thread in the child.
SPORK_API std::stop_token stop_token();

}  // namespace spork
