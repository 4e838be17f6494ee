#include "support/signals.hpp"

#include <libproc.h>
#include <unistd.h>

#include <array>

namespace support {

std::vector<std::int64_t> child_pids() {
    std::array<pid_t, 1024> pids;
    const int count = proc_listchildpids(getpid(), pids.data(), static_cast<int>(sizeof pids));
    return std::vector<std::int64_t>(pids.begin(), pids.begin() + (count < 0 ? 0 : count));
}

}  // namespace support
