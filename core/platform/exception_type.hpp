#pragma once

/// \file
/// What the C++ runtime knows of an exception that is being handled.

#include <typeinfo>

namespace spork::platform {

/// In a catch block: the type of what was thrown; null where the runtime does not tell (MSVC).
const std::type_info* current_exception_type() noexcept;

}  // namespace spork::platform
