#include "support/system.hpp"

#include <windows.h>

namespace support {

std::uint64_t native_thread_id() {
    return GetCurrentThreadId();
}

}  // namespace support
