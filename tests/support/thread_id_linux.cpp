#include "support/system.hpp"

#include <sys/syscall.h>
#include <unistd.h>

namespace support {

std::uint64_t native_thread_id() {
    return static_cast<std::uint64_t>(syscall(SYS_gettid));
}

}  // namespace support
