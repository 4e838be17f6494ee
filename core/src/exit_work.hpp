#pragma once

/// \file
/// What a process does before it ends.

#include <string>
#include <typeinfo>

namespace spork::detail {

/// Finalizers with priority 0 and above, daemonic children terminated, the others joined, the remaining finalizers.
/// Runs once.
void run_exit_work();

/// Runs finalizers with priorities in [least, most], highest first, newest first among equals.
void run_finalizers(int least, int most);

/// In a forked child: finalizers belong to the parent.
void forget_finalizers() noexcept;

/// The name of a type as people write it.
std::string readable_type_name(const std::type_info& type);

}  // namespace spork::detail
