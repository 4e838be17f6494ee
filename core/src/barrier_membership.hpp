#pragma once

/// \file
/// That this process may be a party to a barrier.

#include "shared_object.hpp"

#include <spork/finalize.hpp>

#include <memory>

namespace spork::detail {

/// BarrierMembership makes this process a member for as long as it lives, at most until the process ends normally.
class BarrierMembership {
public:
    explicit BarrierMembership(std::shared_ptr<SharedObject> object);

private:
    Finalizer quit_;
};

}  // namespace spork::detail
