// libFuzzer's entry. Which function it leads to is said by CMake.

#include "targets.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    SPORK_FUZZ_TARGET(std::as_bytes(std::span(data, size)));
    return 0;
}
