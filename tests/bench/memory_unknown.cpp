/// \file
/// For systems whose tools for this are not used here.

#include "kernel.hpp"

namespace bench::kernel {

std::optional<std::uint64_t> free_memory() {
    return std::nullopt;
}

std::optional<std::uint64_t> private_memory(std::int64_t) {
    return std::nullopt;
}

std::optional<std::uint64_t> private_memory_of_empty(const std::string&) {
    return std::nullopt;
}

}  // namespace bench::kernel
