#include "host_facts.hpp"

#include "error.hpp"
#include "lifeline.hpp"
#include "processor_set.hpp"

#include "platform/host.hpp"

#include <sched.h>
#include <sys/random.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace spork::platform {

namespace {

/// The quota in one cgroup directory: version 2's cpu.max, or version 1's two files. 0 when there is none.
double quota_of(const std::filesystem::path& group) {
    double quota = 0;
    double period = 0;
    if (std::ifstream file(group / "cpu.max"); file >> quota >> period && period > 0) {
        return quota / period;  // "max 100000" does not parse as a number
    }
    std::ifstream quota_file(group / "cpu.cfs_quota_us");
    std::ifstream period_file(group / "cpu.cfs_period_us");
    if (quota_file >> quota && period_file >> period && quota > 0 && period > 0) {
        return quota / period;
    }
    return 0;
}

/// The smallest quota of this process's cgroup and those around it.
double smallest_quota() {
    double smallest = 0;
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {
        const auto second_colon = line.find(':', line.find(':') + 1);
        const std::string controllers = line.substr(line.find(':') + 1, second_colon - line.find(':') - 1);
        if (!controllers.empty() && controllers.find("cpu") == std::string::npos) {
            continue;
        }
        const std::filesystem::path root = controllers.empty() ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu";
        std::filesystem::path group = root / std::filesystem::path(line.substr(second_colon + 1)).relative_path();
        for (;; group = group.parent_path()) {
            const double quota = quota_of(group);
            if (quota > 0 && (smallest == 0 || quota < smallest)) {
                smallest = quota;
            }
            if (group == root || group.native().size() <= root.native().size()) {
                break;
            }
        }
    }
    return smallest;
}

}  // namespace

unsigned cpus_of_this_process() noexcept {
    cpu_set_t set;
    if (::sched_getaffinity(0, sizeof set, &set) == 0) {
        const int count = CPU_COUNT(&set);
        return count < 1 ? 1 : static_cast<unsigned>(count);
    }
    return cpu_count();
}

unsigned quota_in_cpus() noexcept {
    try {
        const double quota = smallest_quota();
        return quota > 0 ? static_cast<unsigned>(std::ceil(quota)) : UINT_MAX;
    } catch (const std::exception&) {
        return UINT_MAX;
    }
}

std::uint64_t memory_of_machine() noexcept {
    struct sysinfo facts {};
    if (::sysinfo(&facts) < 0) {
        return UINT64_MAX;
    }
    return (std::uint64_t{facts.totalram} + facts.totalswap) * facts.mem_unit;
}

unsigned thread_count() noexcept {
    std::FILE* status = std::fopen("/proc/self/status", "re");
    if (!status) {
        return 0;
    }
    unsigned count = 0;
    char line[256];
    while (std::fgets(line, sizeof line, status)) {
        if (std::sscanf(line, "Threads: %u", &count) == 1) {
            break;
        }
    }
    std::fclose(status);
    return count > lifeline_threads() ? count - lifeline_threads() : count;
}

std::error_code random_bytes(std::span<std::byte> out) noexcept {
    for (std::size_t done = 0; done < out.size();) {
        const ssize_t size = ::getrandom(out.data() + done, out.size() - done, 0);
        if (size < 0 && errno != EINTR) {
            return last_error();
        }
        done += size > 0 ? static_cast<std::size_t>(size) : 0;
    }
    return {};
}

std::error_code set_processors(ProcessId process, std::span<const unsigned> cpus) noexcept {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (unsigned cpu : cpus) {
        if (cpu >= CPU_SETSIZE) {
            return std::make_error_code(std::errc::invalid_argument);
        }
        CPU_SET(cpu, &set);
    }
    return ::sched_setaffinity(static_cast<pid_t>(process), sizeof set, &set) < 0 ? last_error() : std::error_code();
}

}  // namespace spork::platform
