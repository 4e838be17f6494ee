#include "error.hpp"

#include <cerrno>

namespace spork::platform {

std::error_code error_of(int number) noexcept {
    return {number, std::generic_category()};
}

std::error_code last_error() noexcept {
    return error_of(errno);
}

}  // namespace spork::platform
