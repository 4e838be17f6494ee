#include "platform/exception_type.hpp"

#include <cxxabi.h>

namespace spork::platform {

const std::type_info* current_exception_type() noexcept {
    return abi::__cxa_current_exception_type();
}

}  // namespace spork::platform
