#include "support/signals.hpp"

#include <filesystem>
#include <fstream>

namespace support {

std::vector<std::int64_t> child_pids() {
    std::vector<std::int64_t> pids;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream children(thread.path() / "children");
        for (std::int64_t pid = 0; children >> pid;) {
            pids.push_back(pid);
        }
    }
    return pids;
}

}  // namespace support
