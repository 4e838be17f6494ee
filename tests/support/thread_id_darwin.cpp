#include "support/system.hpp"

#include <pthread.h>

namespace support {

std::uint64_t native_thread_id() {
    std::uint64_t id = 0;
    pthread_threadid_np(nullptr, &id);
    return id;
}

}  // namespace support
