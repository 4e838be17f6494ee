#pragma once

/// \file
/// One process, as its Process handles share it.

#include <spork/native_handle.hpp>
#include <spork/process.hpp>
#include <spork/task.hpp>

#include "platform/launcher.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spork::detail {

class Runtime;

class ProcessState : public std::enable_shared_from_this<ProcessState> {
public:
    /// The running process when nobody started it: MainProcess.
    static std::shared_ptr<ProcessState> main_process();

    /// The running process as its parent described it.
    static std::shared_ptr<ProcessState> child_process(std::string name, std::vector<unsigned> identity, bool daemon,
                                                       std::vector<std::byte> authkey);

    /// A process that is not started yet. Takes the next number of this process.
    ProcessState(std::string_view class_name, ProcessOptions options, Target target);

    void start(Target target);
    void run();
    bool join(Timeout timeout, const std::stop_token& stop);
    bool is_alive();
    void request_end(platform::EndRequest request, const char* verb);
    void request_stop();
    void close();

    std::string name() const;
    void set_name(std::string name);
    bool daemon() const;
    void set_daemon(bool daemon);
    void set_options(ProcessOptions options);
    std::optional<process_id> pid() const;
    std::optional<ExitStatus> exit_status();
    std::vector<unsigned> identity() const;
    std::vector<std::byte> authkey() const;
    void set_authkey(std::vector<std::byte> key);
    std::shared_ptr<platform::ChildProcess> child(const char* verb) const;
    FileHandle stream(std::size_t index) const;
    std::string describe();

    /// Collects the status if the child has ended. True when it has, now or before.
    bool reap();

    /// In a forked child: lets go of what the parent holds of its child. No lock: the parent's other threads are gone.
    void forget_after_fork() noexcept { child_.reset(); }

private:
    enum class Phase { initial, started, ended, closed, running_process };

    explicit ProcessState(Phase phase) : phase_(phase) {}

    void require_startable(Runtime& runtime) const;
    void require_child(const char* verb) const;
    void launch(Runtime& runtime, const Target& target);
    void write_record(Writer& writer, Runtime& runtime, StartMethod method, const Target& target) const;
    void note_end(const platform::ExitInfo& info);
    bool reap_locked();
    std::string label() const;

    mutable std::mutex mutex_;
    Phase phase_ = Phase::initial;
    process_id creator_ = platform::process_id();
    std::optional<ProcessOptions> options_;  ///< until it is started
    std::string name_;
    std::vector<unsigned> identity_;
    bool daemon_ = false;
    std::vector<std::byte> authkey_;
    Target target_;
    std::shared_ptr<platform::ChildProcess> child_;
    process_id pid_ = 0;
    std::optional<ExitStatus> status_;
    bool end_requested_ = false;
    std::array<FileHandle, 3> streams_;
};

/// The children of this process that have not ended, after reaping those that have.
std::vector<std::shared_ptr<ProcessState>> live_children();

/// The program's start method, fixed from now on.
StartMethod fixed_start_method();

/// Throws StartMethodUnavailable.
platform::Launcher& launcher_for(StartMethod method);

}  // namespace spork::detail
