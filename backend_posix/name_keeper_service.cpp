/// \file
/// The keeper itself.

#include "name_keeper.hpp"
#include "named_memory.hpp"

#include "platform/channel.hpp"
#include "platform/debug.hpp"
#include "platform/host.hpp"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <set>
#include <vector>

namespace spork::platform {

namespace {

/// How often the names are looked at that somebody uses, but not the maker. A look costs some microseconds a name.
constexpr std::chrono::milliseconds pause{100};

/// Leaves everything by which a family of processes is ended. The process that was started ends here, so that its maker
/// collects it at once; the system itself collects the one that goes on. That is in a session of its own from its first
/// instant: its maker may be killed, and all of the maker's group, as soon as this process has ended.
void leave_the_family() noexcept {
    ::setsid();
    if (::fork() != 0) {
        exit_now(0);
    }
    for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) {
        ::signal(number, SIG_IGN);
    }
    static_cast<void>(::chdir("/"));
}

class Keeper {
public:
    explicit Keeper(Handle names) noexcept : channel_(std::move(names)) {}

    void serve() {
        bool maker_lives = true;
        while (maker_lives || !left_.empty()) {
            maker_lives = maker_lives ? listen() : wait();
            std::erase_if(left_,
                          [](const std::string& name) { return remove_unused_memory_name(name) != NameFate::used; });
        }
    }

private:
    /// Takes the next word of the maker, for as long as nothing else is to be done. False when the maker is gone.
    bool listen() {
        Patience patience;
        if (!left_.empty()) {
            patience.deadline = std::chrono::steady_clock::now() + pause;
        }
        const auto error = channel_receive(channel_.get(), message_, patience);
        if (error == std::errc::timed_out) {
            return true;
        }
        if (error) {
            left_.insert(used_by_maker_.begin(), used_by_maker_.end());
            return false;
        }
        const std::string word(reinterpret_cast<const char*>(message_.bytes.data()), message_.bytes.size());
        if (word.starts_with('+')) {
            used_by_maker_.insert(word.substr(1));
            left_.erase(word.substr(1));
        } else if (word.starts_with('-')) {
            const auto used = used_by_maker_.find(word.substr(1));
            if (used != used_by_maker_.end()) {
                used_by_maker_.erase(used);
            }
            if (!used_by_maker_.contains(word.substr(1))) {
                left_.insert(word.substr(1));
            }
        }
        return true;
    }

    static bool wait() {
        ::usleep(static_cast<useconds_t>(std::chrono::microseconds(pause).count()));
        return false;
    }

    Handle channel_;
    Message message_;
    std::multiset<std::string> used_by_maker_;  ///< once for each block that it has, or tries to make
    std::set<std::string> left_;                ///< that others may still use
};

}  // namespace

void serve_as_keeper(Handle names) noexcept {
    leave_the_family();
    show_name("keeper");
    remove_abandoned_memory_names();
    Keeper(std::move(names)).serve();
    exit_now(0);
}

}  // namespace spork::platform
