#pragma once

/// \file
/// The line that ends a child with its parent.
///
/// The parent holds the writing end of a pipe in which nothing is ever written; the system closes it however the parent
/// ends. The child holds the reading end. Unlike the parent-death signal it does not depend on which thread of the parent
/// made the child, and unlike a process number it cannot be mistaken.

#include "platform/handle.hpp"

namespace spork::platform {

struct Lifeline {
    Handle parent_end;
    Handle child_end;
};

Result<Lifeline> make_lifeline() noexcept;

/// In the child: from now on this process is killed when the other end is closed. Ends the process at once when it
/// already is.
std::error_code die_with(const Handle& child_end) noexcept;

/// Threads of this process that die_with needs.
unsigned lifeline_threads() noexcept;

}  // namespace spork::platform
