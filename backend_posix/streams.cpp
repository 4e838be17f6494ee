#include "streams.hpp"

#include "descriptor.hpp"
#include "error.hpp"
#include "processor_set.hpp"

#include "platform/file.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

namespace spork::platform {

namespace {

/// A private copy of a descriptor, out of the way of the standard streams. A closed one becomes the null device.
Result<Handle> copy_stream(int stream) noexcept {
    const auto copy = duplicate_handle(stream, HandleKind::object);
    if (copy) {
        return Handle(*copy);
    }
    return copy.error() == std::errc::bad_file_descriptor ? open_null() : Result<Handle>(copy.error());
}

Result<Handle> open_stream(const StreamPlan& plan, int number) noexcept {
    switch (plan.mode) {
        case StreamPlan::Mode::inherit:
            return copy_stream(number);
        case StreamPlan::Mode::null:
            return open_null();
        case StreamPlan::Mode::handle: {
            const auto copy = duplicate_handle(plan.handle, HandleKind::object);
            return copy ? Result<Handle>(Handle(*copy)) : Result<Handle>(copy.error());
        }
    }
    return error_of(EINVAL);
}

}  // namespace

Result<ChildSetup> prepare_setup(const LaunchPlan& plan) noexcept {
    try {
        ChildSetup setup;
        setup.own_group = plan.kill_tree;
        for (int number = 0; number < 3; ++number) {
            const StreamPlan& stream = plan.streams[static_cast<std::size_t>(number)];
            const bool keeps_its_own = stream.mode == StreamPlan::Mode::inherit && ::fcntl(number, F_GETFD) >= 0;
            if (keeps_its_own) {
                continue;
            }
            auto opened = open_stream(stream, number);
            if (!opened) {
                return opened.error();
            }
            setup.streams[static_cast<std::size_t>(number)] = descriptor(*opened);
            setup.opened.push_back(std::move(*opened));
        }
        if (plan.directory) {
            Handle opened(::open(plan.directory->c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
            if (!opened) {
                return last_error();
            }
            auto directory = above_standard_streams(std::move(opened));
            if (!directory) {
                return directory.error();
            }
            setup.directory = descriptor(*directory);
            setup.opened.push_back(std::move(*directory));
        }
        return setup;
    } catch (const std::bad_alloc&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

int apply_setup(const std::array<int, 3>& streams, int directory, bool own_group) noexcept {
    for (int number = 0; number < 3; ++number) {
        const int from = streams[static_cast<std::size_t>(number)];
        while (from >= 0 && ::dup2(from, number) < 0) {
            if (errno != EINTR) {
                return errno;
            }
        }
    }
    if (directory >= 0 && ::fchdir(directory) < 0) {
        return errno;
    }
    if (own_group && ::setpgid(0, 0) < 0) {
        return errno;
    }
    return 0;
}

std::error_code apply_scheduling(ProcessId child, const LaunchPlan& plan) noexcept {
    if (plan.priority && ::setpriority(PRIO_PROCESS, static_cast<id_t>(child), *plan.priority) < 0) {
        return last_error();
    }
    return plan.cpus.empty() ? std::error_code() : set_processors(child, plan.cpus);
}

}  // namespace spork::platform
