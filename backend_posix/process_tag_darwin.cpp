#include "process_tag.hpp"

#include "platform/process_tag.hpp"

#include <libproc.h>
#include <signal.h>
#include <sys/proc.h>
#include <sys/proc_info.h>

#include <cerrno>

namespace spork::platform {

namespace {

std::optional<proc_bsdinfo> facts_of(pid_t process) noexcept {
    proc_bsdinfo facts{};
    if (::proc_pidinfo(process, PROC_PIDTBSDINFO, 0, &facts, sizeof facts) != static_cast<int>(sizeof facts)) {
        return std::nullopt;
    }
    return facts;
}

std::uint32_t start_of(const proc_bsdinfo& facts) noexcept {
    return static_cast<std::uint32_t>(facts.pbi_start_tvsec * 1'000'000 + facts.pbi_start_tvusec);
}

}  // namespace

std::optional<std::uint32_t> start_of_process(pid_t process) noexcept {
    const auto facts = facts_of(process);
    return facts ? std::optional(start_of(*facts)) : std::nullopt;
}

// proc_pidinfo knows no zombies: it fails for them as for a process that is not there.
bool ProcessWatch::has_ended(ProcessTag tag) noexcept {
    if (tag != tag_) {
        tag_ = tag;
        ended_ = false;
    }
    if (!ended_) {
        const auto facts = facts_of(static_cast<pid_t>(tag.id));
        if (facts) {
            ended_ = facts->pbi_status == SZOMB || (tag.start != 0 && start_of(*facts) != tag.start);
        } else {
            ended_ = errno == ESRCH;
        }
    }
    return ended_;
}

}  // namespace spork::platform
