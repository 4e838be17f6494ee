#include <spork/barrier.hpp>

#include "barrier_membership.hpp"
#include "barrier_state.hpp"
#include "shared_object.hpp"

#include <spork/error.hpp>
#include <spork/type_identity.hpp>

#include <chrono>
#include <ostream>
#include <string>

namespace spork {

namespace {

using detail::BarrierKeeper;
using detail::BarrierState;

constexpr const char* name = "a Barrier";

}  // namespace

Barrier::Barrier(int parties, Task<void> action, Timeout timeout)
    : SharedHandle(create(type_identity<Barrier>, detail::LockKind::none, sizeof(BarrierState), name)),
      action_(std::move(action)) {
    if (parties < 1) {
        throw UsageError("a Barrier cannot have " + std::to_string(parties) + " parties: at least 1");
    }
    auto& barrier = state<BarrierState>();
    barrier.parties = static_cast<std::uint64_t>(parties);
    const auto limit = timeout.limit();
    barrier.time_limit =
        limit ? static_cast<std::uint64_t>(std::chrono::nanoseconds(*limit).count()) : BarrierState::no_time_limit;
    membership_ = std::make_shared<detail::BarrierMembership>(shared());
}

Barrier::Barrier(std::shared_ptr<detail::SharedObject> object, Task<void> action)
    : SharedHandle(std::move(object)),
      action_(std::move(action)),
      membership_(std::make_shared<detail::BarrierMembership>(shared())) {}

int Barrier::wait() const {
    const std::uint64_t limit = state<BarrierState>().time_limit;
    if (limit == BarrierState::no_time_limit) {
        return wait(no_limit);
    }
    return wait(std::chrono::nanoseconds(limit));
}

int Barrier::wait(Timeout timeout, std::stop_token stop) const {
    detail::SleepLimit limit(timeout, stop);
    BarrierKeeper keeper(state<BarrierState>(), object().mapping());
    int number = 0;
    switch (keeper.wait_for_round(action_, limit, number)) {
        case BarrierKeeper::End::passed:
            return number;
        case BarrierKeeper::End::stopped:
            throw CancelledError("a stop was requested while waiting at a Barrier, which is broken now");
        case BarrierKeeper::End::broken:
            break;
    }
    throw BrokenBarrierError(
        "a Barrier is broken: a party's time limit passed, a process died, or it was aborted or reset");
}

void Barrier::reset() const {
    BarrierKeeper(state<BarrierState>(), object().mapping()).break_round(true);
}

void Barrier::abort() const {
    BarrierKeeper(state<BarrierState>(), object().mapping()).break_round(false);
}

int Barrier::parties() const {
    return static_cast<int>(state<BarrierState>().parties.load());
}

int Barrier::n_waiting() const {
    return static_cast<int>(state<BarrierState>().room.waiting());
}

bool Barrier::broken() const {
    return state<BarrierState>().broken != 0;
}

std::ostream& operator<<(std::ostream& stream, const Barrier& barrier) {
    if (barrier.broken()) {
        return stream << "<Barrier(broken)>";
    }
    return stream << "<Barrier(" << barrier.n_waiting() << " of " << barrier.parties() << " waiting)>";
}

void Transfer<Barrier>::save(Writer& writer, const Barrier& value) {
    Barrier::save(writer, value);
    writer.write(value.action_);
}

Barrier Transfer<Barrier>::load(Reader& reader) {
    auto object = Barrier::load(reader, type_identity<Barrier>, sizeof(BarrierState), name);
    return Barrier(std::move(object), reader.read<Task<void>>());
}

}  // namespace spork
