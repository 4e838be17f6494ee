// The one start method of Windows: a new process of the same program. child_start.cpp is the child's half.
//
// The child is made suspended, inside its job, and gets its start record before its first instruction runs. So whatever
// fails, fails before the child did anything, and there is no moment at which our death would leave an orphan.

#include "platform/launcher.hpp"

#include "child_process.hpp"
#include "child_word.hpp"
#include "command_line.hpp"
#include "environment.hpp"
#include "error.hpp"
#include "exit_status.hpp"
#include "job.hpp"
#include "parent_watch.hpp"
#include "platform/image.hpp"
#include "start_info.hpp"
#include "text.hpp"
#include "windows_api.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>
#include <utility>

namespace spork::platform {

namespace {

using namespace win32;

/// StartingChild is a process that does not run yet. Unless it is released, its destructor ends it.
class StartingChild {
public:
    explicit StartingChild(const PROCESS_INFORMATION& made) noexcept
        : process_(raw(made.hProcess)), thread_(raw(made.hThread)), id_(made.dwProcessId) {}
    ~StartingChild() {
        if (process_) {
            TerminateProcess(native(process_.get()), exit_code_of_signal(signal_kill));
            constexpr DWORD patience_ms = 10000;
            WaitForSingleObject(native(process_.get()), patience_ms);
        }
    }
    StartingChild(StartingChild&&) noexcept = default;
    StartingChild& operator=(StartingChild&&) = delete;

    RawHandle process() const noexcept { return process_.get(); }
    ProcessId id() const noexcept { return id_; }

    std::error_code resume() noexcept {
        return ResumeThread(native(thread_.get())) == static_cast<DWORD>(-1) ? last_error() : std::error_code();
    }

    Handle release() noexcept { return std::move(process_); }

private:
    Handle process_;
    Handle thread_;
    ProcessId id_;
};

bool contains_zero(std::string_view text) noexcept {
    return text.find('\0') != std::string_view::npos;
}

Result<std::filesystem::path> program_of(const LaunchPlan& plan) {
    return plan.executable.empty() ? executable_path() : Result<std::filesystem::path>(plan.executable);
}

Result<std::wstring> command_line_of(const LaunchPlan& plan, const std::filesystem::path& program,
                                     const ChildWord& word) {
    std::wstring line;
    const std::wstring name = plan.arguments.empty() ? program.native() : to_wide(plan.arguments.front());
    if (name.find(L'"') != std::wstring::npos || std::ranges::any_of(plan.arguments, contains_zero)) {
        return std::make_error_code(std::errc::invalid_argument);
    }
    append_program(line, name);
    append_argument(line, format_child_word(word));
    for (std::size_t i = 1; i < plan.arguments.size(); ++i) {
        append_argument(line, to_wide(plan.arguments[i]));
    }
    if (line.size() >= command_line_limit) {
        return std::make_error_code(std::errc::argument_list_too_long);
    }
    return line;
}

Result<std::wstring> environment_of(const LaunchPlan& plan) {
    if (!plan.environment) {
        return std::wstring();
    }
    if (std::ranges::any_of(*plan.environment, contains_zero)) {
        return std::make_error_code(std::errc::invalid_argument);
    }
    return environment_block(*plan.environment);
}

/// Nice values 1 … 19 are two classes below normal, -1 … -20 two above. Not real time: it can stop the machine.
DWORD priority_class(int nice) noexcept {
    if (nice == 0) {
        return NORMAL_PRIORITY_CLASS;
    }
    if (nice > 0) {
        return nice < 15 ? BELOW_NORMAL_PRIORITY_CLASS : IDLE_PRIORITY_CLASS;
    }
    return nice > -15 ? ABOVE_NORMAL_PRIORITY_CLASS : HIGH_PRIORITY_CLASS;
}

DWORD creation_flags(const LaunchPlan& plan) noexcept {
    DWORD flags = CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT;
    if (GetConsoleCP() == 0) {
        flags |= DETACHED_PROCESS;  // we have no console, and a child must not open a window for one
    }
    BOOL in_job = FALSE;
    if (plan.survive_parent && IsProcessInJob(GetCurrentProcess(), nullptr, &in_job) && in_job) {
        flags |= CREATE_BREAKAWAY_FROM_JOB;  // our own parent's job would take it along
    }
    return flags;
}

/// The system's reason, made exact for a directory: Windows has one number for "missing" and for "not a directory".
std::error_code reason_of_failure(DWORD error, const wchar_t* directory) noexcept {
    if (error == ERROR_DIRECTORY && directory != nullptr && GetFileAttributesW(directory) == INVALID_FILE_ATTRIBUTES) {
        return last_error();
    }
    return windows_error(error);
}

Result<StartingChild> create_process(const LaunchPlan& plan, const ChildWord& word, StartupInfo& startup) {
    const Result<std::filesystem::path> program = program_of(plan);
    if (!program) {
        return program.error();
    }
    Result<std::wstring> line = command_line_of(plan, *program, word);
    if (!line) {
        return line.error();
    }
    Result<std::wstring> environment = environment_of(plan);
    if (!environment) {
        return environment.error();
    }
    void* const block = plan.environment ? environment->data() : nullptr;
    const wchar_t* const directory = plan.directory ? plan.directory->c_str() : nullptr;
    DWORD flags = creation_flags(plan);

    for (;;) {
        PROCESS_INFORMATION made{};
        if (CreateProcessW(program->c_str(), line->data(), nullptr, nullptr, TRUE, flags, block, directory,
                           startup.get(), &made)) {
            return StartingChild(made);
        }
        const DWORD error = GetLastError();
        if (error != ERROR_ACCESS_DENIED || (flags & CREATE_BREAKAWAY_FROM_JOB) == 0) {
            return reason_of_failure(error, directory);
        }
        flags &= ~DWORD{CREATE_BREAKAWAY_FROM_JOB};  // somebody's job that lets nobody go: the child belongs to it, too
    }
}

std::error_code restrict_processors(HANDLE process, const std::vector<unsigned>& cpus) noexcept {
    DWORD_PTR mask = 0;
    for (const unsigned cpu : cpus) {
        if (cpu >= 8 * sizeof mask) {
            return std::make_error_code(std::errc::invalid_argument);  // one mask speaks of one processor group
        }
        mask |= DWORD_PTR{1} << cpu;
    }
    return mask == 0 || SetProcessAffinityMask(process, mask) ? std::error_code() : last_error();
}

std::error_code set_priority(HANDLE process, const std::optional<int>& nice) noexcept {
    // Not by a flag of CreateProcess, which Wine ignores.
    return !nice || SetPriorityClass(process, priority_class(*nice)) ? std::error_code() : last_error();
}

Result<std::unique_ptr<ChildProcess>> spawn(const LaunchPlan& plan) {
    Result<ChannelPair> control = make_channel(true);
    if (!control) {
        return control.error();
    }

    std::vector<HANDLE> jobs;
    if (!plan.survive_parent) {
        const Result<RawHandle> family = family_job();
        if (!family) {
            return family.error();
        }
        jobs.push_back(native(*family));
    }
    Handle tree;
    if (plan.kill_tree) {
        Result<Handle> made = make_tree_job();
        if (!made) {
            return made.error();
        }
        tree = std::move(*made);
        jobs.push_back(native(tree.get()));  // inside the family's, so it comes after it
    }

    std::optional<StartingChild> child;
    {
        InheritedHandles inherited;
        const Result<RawHandle> control_end = inherited.add(native(control->second.get()));
        if (!control_end) {
            return control_end.error();
        }
        const Result<RawHandle> parent = inherited.add(GetCurrentProcess(), parent_rights);
        if (!parent) {
            return parent.error();
        }
        constexpr std::array<DWORD, 3> standard{STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
        std::array<RawHandle, 3> streams{};
        for (std::size_t i = 0; i < streams.size(); ++i) {
            const Result<RawHandle> stream = inherited.add_stream(plan.streams[i], standard[i]);
            if (!stream) {
                return stream.error();
            }
            streams[i] = *stream;
        }
        if (const std::error_code error = inherited.verify()) {
            return error;
        }
        StartupInfo startup;
        if (const std::error_code error = startup.build(inherited.list(), jobs, streams)) {
            return error;
        }
        Result<StartingChild> made = create_process(plan, {*control_end, *parent}, startup);
        if (!made) {
            return made.error();
        }
        child.emplace(std::move(*made));
    }
    control->second.reset();  // only the child holds it now, so that the channel breaks when the child ends

    if (const std::error_code error = set_priority(native(child->process()), plan.priority)) {
        return error;
    }
    if (const std::error_code error = restrict_processors(native(child->process()), plan.cpus)) {
        return error;
    }
    // The channel is empty and a child that is known gets large things directly, so this never waits for the child.
    const Patience at_once{std::chrono::steady_clock::now(), no_handle};
    if (const auto error =
            channel_send(control->first.get(), plan.record, plan.attachments, at_once, child->process())) {
        return error;
    }
    // Nothing may fail once it runs, so what stands for it is made before.
    auto started = std::make_unique<SpawnedChild>(std::move(control->first), std::move(tree));
    if (const std::error_code error = child->resume()) {
        return error;
    }
    const ProcessId id = child->id();
    started->adopt(child->release(), id);
    return std::unique_ptr<ChildProcess>(std::move(started));
}

class SpawnLauncher final : public Launcher {
public:
    StartMethod method() const noexcept override { return StartMethod::spawn; }

    Result<std::unique_ptr<ChildProcess>> launch(const LaunchPlan& plan) noexcept override {
        try {
            return spawn(plan);
        } catch (const std::exception&) {
            return std::make_error_code(std::errc::not_enough_memory);
        }
    }
};

}  // namespace

std::span<Launcher* const> launchers() noexcept {
    static SpawnLauncher spawn_launcher;
    static Launcher* const table[] = {&spawn_launcher};
    return table;
}

void set_forkserver_preload(std::vector<std::byte>) noexcept {
    // There is no fork server, and so nothing to load into one.
}

}  // namespace spork::platform
