/// \file
/// Program start by posix_spawn. The child gets its descriptors under fixed numbers, and a third one: the writing end of a
/// pipe whose end tells the parent of the child's.

#include "descriptor.hpp"
#include "error.hpp"
#include "spawn.hpp"

#include "platform/file.hpp"
#include "platform/image.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <cerrno>
#include <unistd.h>

namespace spork::platform {

namespace {

constexpr int control_number = 3;
constexpr int alive_number = 4;
constexpr int ended_number = 5;
constexpr int first_free = 6;

/// posix_spawn's own objects, and the first error of any call on them.
class Actions {
public:
    Actions() noexcept {
        check(::posix_spawn_file_actions_init(&actions));
        check(::posix_spawnattr_init(&attributes));
    }
    ~Actions() {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;

    void place(int from, int number) noexcept { check(::posix_spawn_file_actions_adddup2(&actions, from, number)); }

    void check(int result) noexcept {
        if (error == 0) {
            error = result;
        }
    }

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = 0;
};

#ifdef POSIX_SPAWN_CLOEXEC_DEFAULT
constexpr short closing_flag = POSIX_SPAWN_CLOEXEC_DEFAULT;
void close_the_rest(Actions&) noexcept {}
#else
constexpr short closing_flag = 0;
void close_the_rest(Actions& actions) noexcept {
    actions.check(::posix_spawn_file_actions_addclosefrom_np(&actions.actions, first_free));
}
#endif

/// A copy above the numbers that are given out, so that placing one does not overwrite another.
Result<Handle> out_of_the_way(int descriptor) noexcept {
    const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, first_free);
    if (copy < 0) {
        return last_error();
    }
    return Handle(copy);
}

}  // namespace

std::string running_program() {
    const auto path = executable_path();
    return path ? path->string() : std::string();
}

Result<Spawned> spawn_program(const SpawnRequest& request) noexcept {
    try {
        auto ended = make_byte_pipe();
        if (!ended) {
            return ended.error();
        }
        const auto control = out_of_the_way(request.control);
        const auto alive = out_of_the_way(request.parent_alive);
        const auto writer = out_of_the_way(descriptor(ended->writer));
        if (!control || !alive || !writer) {
            return error_of(EMFILE);
        }
        Actions actions;
        std::vector<Handle> copies;
        for (int number = 0; number < 3; ++number) {
            const int from = request.setup->streams[static_cast<std::size_t>(number)];
            if (from >= 0) {
                auto copy = out_of_the_way(from);
                if (!copy) {
                    return copy.error();
                }
                actions.place(descriptor(*copy), number);
                copies.push_back(std::move(*copy));
            } else if (::fcntl(number, F_GETFD) >= 0) {
                actions.place(number, number);
            }
        }
        if (request.plan->directory) {
            actions.check(
                ::posix_spawn_file_actions_addchdir_np(&actions.actions, request.plan->directory->c_str()));
        }
        actions.place(descriptor(*control), control_number);
        actions.place(descriptor(*alive), alive_number);
        actions.place(descriptor(*writer), ended_number);
        close_the_rest(actions);

        sigset_t signals;
        sigemptyset(&signals);
        actions.check(::posix_spawnattr_setsigmask(&actions.attributes, &signals));
        actions.check(::posix_spawnattr_setpgroup(&actions.attributes, 0));
        const short group_flag = request.setup->own_group ? POSIX_SPAWN_SETPGROUP : 0;
        actions.check(::posix_spawnattr_setflags(
            &actions.attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK | closing_flag | group_flag)));
        if (actions.error != 0) {
            return error_of(actions.error);
        }

        std::string path = program_path(*request.plan);
        std::string word = std::string(request.word) + std::to_string(control_number) + "," +
                           std::to_string(alive_number) + "," + std::to_string(ended_number) + "," +
                           (request.plan->survive_parent ? "1" : "0");
        const auto arguments = command_line(*request.plan, word, path);
        const auto environment = environment_block(*request.plan);
        pid_t child = 0;
        if (const int error = ::posix_spawn(&child, path.c_str(), &actions.actions, &actions.attributes,
                                            arguments.data(), environment.data())) {
            return error_of(error);
        }
        return Spawned{child, std::move(ended->reader)};
    } catch (const std::bad_alloc&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

}  // namespace spork::platform
