/// \file
/// Room for named memory: Darwin keeps it where all memory is, so there is no folder that could be full. Its size can
/// be set once.

#include "error.hpp"
#include "named_memory.hpp"

#include <unistd.h>

namespace spork::platform {

std::error_code allocate_memory(int memory, std::size_t size) noexcept {
    return ::ftruncate(memory, static_cast<off_t>(size)) < 0 ? last_error() : std::error_code();
}

}  // namespace spork::platform
