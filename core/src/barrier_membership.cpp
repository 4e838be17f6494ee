#include "barrier_membership.hpp"

#include "barrier_state.hpp"

#include <limits>

namespace spork::detail {

namespace {

BarrierKeeper keeper_of(SharedObject& object) noexcept {
    return {*static_cast<BarrierState*>(object.state()), object.mapping()};
}

}  // namespace

BarrierMembership::BarrierMembership(std::shared_ptr<SharedObject> object)
    : quit_([object] { keeper_of(*object).quit(); }, std::numeric_limits<int>::min()) {
    keeper_of(*object).join();
}

}  // namespace spork::detail
