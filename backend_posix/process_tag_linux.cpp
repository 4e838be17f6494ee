#include "process_tag.hpp"

#include "platform/process_tag.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <string_view>

namespace spork::platform {

std::optional<std::uint32_t> start_of_process(pid_t process) noexcept {
    char path[32];
    std::snprintf(path, sizeof path, "/proc/%d/stat", static_cast<int>(process));
    const Handle file(::open(path, O_RDONLY | O_CLOEXEC));
    char text[1024];
    const ssize_t size = file ? ::read(static_cast<int>(file.get()), text, sizeof text) : -1;
    if (size <= 0) {
        return std::nullopt;
    }
    // proc(5): the name is in brackets and may hold anything; starttime is the 20th number after it.
    std::string_view rest(text, static_cast<std::size_t>(size));
    rest.remove_prefix(std::min(rest.size(), rest.rfind(')') + 1));
    for (int field = 0; field < 20; ++field) {
        rest.remove_prefix(std::min(rest.size(), rest.find(' ') + 1));
    }
    std::uint64_t ticks = 0;
    if (std::from_chars(rest.data(), rest.data() + rest.size(), ticks).ec != std::errc()) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(ticks);
}

bool ProcessWatch::has_ended(ProcessTag tag) noexcept {
    if (tag != tag_) {
        tag_ = tag;
        ended_ = false;
        process_ = Handle(static_cast<RawHandle>(::syscall(SYS_pidfd_open, tag.id, 0)));
        if (!process_) {
            ended_ = errno == ESRCH;
        } else if (tag.start != 0) {
            // Asked after the pidfd is open: from now on the number stays this process's.
            const auto start = start_of_process(static_cast<pid_t>(tag.id));
            ended_ = start && *start != tag.start;
        }
    }
    if (!ended_ && process_) {
        pollfd entry{static_cast<int>(process_.get()), POLLIN, 0};
        ended_ = ::poll(&entry, 1, 0) > 0;
    }
    return ended_;
}

}  // namespace spork::platform
