#pragma once

/// \file
/// What spork knows of the running process: who it is, who started it, which children it has.

#include <spork/archive.hpp>
#include <spork/process.hpp>

#include "seal.hpp"

#include "platform/launcher.hpp"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

namespace spork::detail {

class ProcessState;

/// The process that started this one.
struct ParentInfo {
    std::string name;
    process_id pid = 0;
    std::shared_ptr<OwnedHandle> alive;
};

/// One per process, never destroyed. A forked child gets a new one.
class Runtime {
public:
    /// The running process's. Made on first use.
    static Runtime& get();

    /// In the child of a fork: a fresh runtime that knows what the program knows, but no children.
    static Runtime& renew_after_fork();

    /// Held from the opening of a child's streams to the end of its start; exclusively by a fork, whose child would
    /// otherwise have a copy of what was opened for another one, and keep that from its end. Taken before `mutex`.
    std::shared_mutex starting;

    /// Guards everything below.
    std::mutex mutex;

    bool initialised = false;             ///< spork::init ran, or this is a child whose bootstrap has ended
    bool exiting = false;
    std::vector<std::string> arguments;
    std::filesystem::path executable;     ///< set_executable
    std::optional<StartMethod> method;    ///< once it is fixed
    bool method_chosen = false;           ///< by set_start_method
    bool fork_with_threads_reported = false;
    FamilyKey family_key{};
    std::shared_ptr<ProcessState> current;
    std::optional<ParentInfo> parent;
    std::shared_ptr<OwnedHandle> control; ///< a child's end of its control channel
    unsigned next_number = 1;
    std::vector<std::shared_ptr<ProcessState>> children;  ///< started, and not seen ended

private:
    Runtime();
};

FamilyKey family_key();

}  // namespace spork::detail
