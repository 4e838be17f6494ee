/// \file
/// Anonymous memory as memfd.

#include "anonymous_memory.hpp"

#include "descriptor.hpp"
#include "error.hpp"

#include <fcntl.h>
#include <sys/mman.h>

namespace spork::platform {

Result<Handle> make_anonymous_memory() noexcept {
    Handle memory(::memfd_create("spork", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!memory) {
        return last_error();
    }
    return above_standard_streams(std::move(memory));
}

void fix_size(int memory) noexcept {
    ::fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
}

void remove_memory_name() noexcept {}

}  // namespace spork::platform
