/// \file
/// StartMethod::spawn.

#include "spawn.hpp"

#include "descriptor.hpp"
#include "launchers.hpp"

#include "platform/image.hpp"

#include <new>

extern char** environ;

namespace spork::platform {

std::string program_path(const LaunchPlan& plan) {
    if (!plan.executable.empty()) {
        return std::filesystem::absolute(plan.executable).string();
    }
    return running_program();
}

std::vector<char*> command_line(const LaunchPlan& plan, std::string& word, std::string& path) {
    std::vector<char*> arguments;
    arguments.push_back(plan.arguments.empty() ? path.data() : const_cast<char*>(plan.arguments[0].c_str()));
    arguments.push_back(word.data());
    for (std::size_t i = 1; i < plan.arguments.size(); ++i) {
        arguments.push_back(const_cast<char*>(plan.arguments[i].c_str()));
    }
    arguments.push_back(nullptr);
    return arguments;
}

std::vector<char*> environment_block(const LaunchPlan& plan) {
    std::vector<char*> block;
    if (plan.environment) {
        for (const std::string& entry : *plan.environment) {
            block.push_back(const_cast<char*>(entry.c_str()));
        }
    } else {
        for (char** entry = environ; entry && *entry; ++entry) {
            block.push_back(*entry);
        }
    }
    block.push_back(nullptr);
    return block;
}

Result<std::unique_ptr<ChildProcess>> launch_program(const LaunchPlan& plan, std::string_view word) noexcept {
    auto lines = make_child_lines();
    if (!lines) {
        return lines.error();
    }
    const auto setup = prepare_setup(plan);
    if (!setup) {
        return setup.error();
    }
    SpawnRequest request;
    request.word = word;
    request.plan = &plan;
    request.setup = &*setup;
    request.control = descriptor(lines->control.second);
    request.parent_alive = descriptor(lines->parent_alive);
    auto spawned = spawn_program(request);
    if (!spawned) {
        return spawned.error();
    }
    lines->control.second.reset();
    lines->parent_alive.reset();
    ChildHandles handles;
    handles.id = spawned->id;
    handles.sentinel = std::move(spawned->sentinel);
    handles.control = std::move(lines->control.first);
    handles.lifeline = std::move(lines->lifeline);
    handles.own_group = plan.kill_tree;
    return complete_launch(std::move(handles), plan);
}

Result<std::unique_ptr<ChildProcess>> SpawnLauncher::launch(const LaunchPlan& plan) noexcept {
    return launch_program(plan, child_word);
}

}  // namespace spork::platform
