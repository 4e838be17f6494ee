/// \file
/// The keeper's maker: starting it, and telling it names.

#include "name_keeper.hpp"

#include "descriptor.hpp"
#include "launchers.hpp"
#include "posix_child.hpp"
#include "spawn.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <vector>

namespace spork::platform {

namespace {

struct Maker {
    std::mutex mutex;
    bool allowed = false;
    std::vector<std::string> names;  ///< that are this process's to keep
    Handle keeper;                   ///< its channel
};

// Never destroyed: blocks may have static storage.
Maker*& maker_slot() noexcept {
    static Maker* maker = new Maker();
    return maker;
}

std::error_code tell(const Maker& maker, char what, const std::string& name) {
    const std::string message = what + name;
    return channel_send(maker.keeper.get(), std::as_bytes(std::span(message)), {}, Patience());
}

/// Waits for the end of a child, and leaves it to be collected. Its sentinel would not do: where that is the end of a pipe,
/// the keeper holds it as well.
void await_end(ProcessId child) noexcept {
    siginfo_t end{};
    while (::waitid(P_PID, static_cast<id_t>(child), &end, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
}

/// A keeper that knows all names. Its first process has ended when this returns: nobody has to collect anything later.
std::error_code start_keeper(Maker& maker) {
    LaunchPlan plan;
    plan.name = "keeper";
    plan.arguments = {running_program()};
    for (StreamPlan& stream : plan.streams) {
        stream.mode = StreamPlan::Mode::null;
    }
    auto child = launch_program(plan, keeper_word);
    if (!child) {
        return child.error();
    }
    const auto channel = duplicate_handle((*child)->control(), HandleKind::object);
    if (!channel) {
        return channel.error();
    }
    maker.keeper = Handle(*channel);
    await_end((*child)->id());
    static_cast<void>((*child)->poll());
    for (const std::string& name : maker.names) {
        if (const auto error = tell(maker, '+', name)) {
            return error;
        }
    }
    return {};
}

}  // namespace

std::error_code keep_name(const std::string& name) noexcept {
    Maker& maker = *maker_slot();
    const std::lock_guard hold(maker.mutex);
    maker.names.push_back(name);
    if (!maker.allowed || (maker.keeper && !tell(maker, '+', name))) {
        return {};
    }
    const std::error_code error = start_keeper(maker);  // the first one, or the last was killed
    if (error) {
        maker.keeper.reset();
        std::erase(maker.names, name);
    }
    return error;
}

void release_name(const std::string& name) noexcept {
    Maker& maker = *maker_slot();
    const std::lock_guard hold(maker.mutex);
    const auto found = std::find(maker.names.begin(), maker.names.end(), name);
    if (found != maker.names.end()) {
        maker.names.erase(found);
        if (maker.keeper) {
            static_cast<void>(tell(maker, '-', name));
        }
    }
}

void allow_keeper() noexcept {
    Maker& maker = *maker_slot();
    const std::lock_guard hold(maker.mutex);
    maker.allowed = true;
    if (!maker.names.empty() && !maker.keeper) {
        static_cast<void>(start_keeper(maker));
    }
}

void forget_keeper() noexcept {
    const bool allowed = maker_slot()->allowed;
    maker_slot()->keeper.reset();  // the parent's own copy stays open
    maker_slot() = new Maker();
    maker_slot()->allowed = allowed;
}

}  // namespace spork::platform
