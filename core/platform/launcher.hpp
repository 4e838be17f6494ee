#pragma once

/// \file
/// Starting children, and what is known of them afterwards.
///
/// One path for every start method: the launcher makes a child whose only inherited objects are its standard streams,
/// the child's end of a control channel and a line that ends with its parent; `LaunchPlan::record` is sent as the first
/// message on the control channel, with all other handles attached. The child receives it in claim_child().

#include "platform/channel.hpp"
#include "platform/host.hpp"

#include <spork/start_method.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace spork::platform {

/// How a child ended. The same numbers on every system: see spork::ExitStatus.
struct ExitInfo {
    int code = 0;              ///< exit code, or -N for signal N
    int signal = 0;            ///< signal that ended it, 0 for none
    bool core_dumped = false;
    bool known = true;         ///< false when somebody else collected the status; code is then 255
    std::uint32_t raw = 0;     ///< the system's own status: wait status, Windows exit code
};

/// What a child's standard stream becomes.
struct StreamPlan {
    enum class Mode : std::uint8_t { inherit, null, handle } mode = Mode::inherit;
    RawHandle handle = no_handle;  ///< borrowed, for Mode::handle
};

/// What a child was given.
struct ChildStart {
    Handle control;           ///< the child's end of the control channel
    Handle parent_alive;      ///< waitable as WaitKind::sentinel: ready once the parent is gone
    Message record;           ///< the first message: LaunchPlan::record with its handles
};

struct LaunchPlan {
    std::string name;                               ///< for the system's own process listing, where it has one
    std::span<const std::byte> record;
    std::span<const Attachment> attachments;
    std::array<StreamPlan, 3> streams;
    std::filesystem::path executable;               ///< empty: the running program itself, even if its file was replaced
    std::vector<std::string> arguments;             ///< argv of the running program, [0] first
    std::optional<std::filesystem::path> directory; ///< empty: this process's current directory now
    std::optional<std::vector<std::string>> environment;  ///< empty: this process's environment now
    std::optional<int> priority;                    ///< nice value, -20 … 19; Windows maps it to a priority class
    std::vector<unsigned> cpus;                     ///< processors that the child may use; empty: all of the parent's
    bool survive_parent = false;                    ///< false: the child is killed when this process is gone, however it went
    bool kill_tree = false;                         ///< terminate and kill take along what the child started

    /// fork only: what the child runs instead of returning from claim_child. Never returns.
    void (*run_in_fork)(ChildStart start, void* context) = nullptr;
    void* fork_context = nullptr;
};

enum class EndRequest : std::uint8_t { interrupt, terminate, kill };

/// A started child of this process. Destroying it neither ends nor waits for the child, but never leaves a zombie that
/// the runtime could still collect.
class ChildProcess {
public:
    virtual ~ChildProcess() = default;

    virtual ProcessId id() const noexcept = 0;

    /// Waitable as WaitKind::sentinel; valid while this object lives.
    virtual RawHandle sentinel() const noexcept = 0;

    /// This process's end of the control channel.
    virtual RawHandle control() const noexcept = 0;

    /// The status, once the child has ended; collects it. Never blocks.
    virtual std::optional<ExitInfo> poll() noexcept = 0;

    /// Asks or forces the child to end. Success when it has already ended; never reaches a stranger that got its number.
    virtual std::error_code request_end(EndRequest request) noexcept = 0;
};

/// A way to start a child. One object per start method; the backend owns them.
class Launcher {
public:
    virtual ~Launcher() = default;
    virtual StartMethod method() const noexcept = 0;

    /// Starts a child. On failure no child exists and nothing is leaked; the code is the system's own reason.
    virtual Result<std::unique_ptr<ChildProcess>> launch(const LaunchPlan& plan) noexcept = 0;
};

/// What this system offers, the default first. Never empty. The same objects on every call.
std::span<Launcher* const> launchers() noexcept;

/// Called by the fork server once before it serves: prepares what all children need, then decodes and runs what
/// set_forkserver_preload was given, if anything. The command line is the program's.
using PreloadRunner = void (*)(std::span<const std::byte> record, int argc, char** argv) noexcept;

/// Called by init before anything else. In a process that was started as a child it takes the backend's own words out
/// of argv, arranges that the child ends with its parent (unless survive_parent), and returns what the child was given.
/// A fork server serves in here until its owner is gone and returns only in the children that it forks.
/// Empty in a program that nobody started as a child. An error means: started as a child, but the start record never came.
Result<std::optional<ChildStart>> claim_child(int& argc, char** argv, PreloadRunner preload) noexcept;

/// What the fork server runs once before it serves; takes effect when the server is started next. Where there is no
/// fork server it has no effect.
void set_forkserver_preload(std::vector<std::byte> record) noexcept;

}  // namespace spork::platform
