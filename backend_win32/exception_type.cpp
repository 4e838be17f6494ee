#include "platform/exception_type.hpp"

#ifdef __GNUC__
#include <cxxabi.h>
#endif

namespace spork::platform {

const std::type_info* current_exception_type() noexcept {
#ifdef __GNUC__
    return abi::__cxa_current_exception_type();
#else
    return nullptr;
#endif
}

}  // namespace spork::platform
