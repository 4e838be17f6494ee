#include <spork/semaphore.hpp>

#include "semaphore_state.hpp"
#include "shared_object.hpp"

#include <spork/error.hpp>
#include <spork/type_identity.hpp>

#include <ostream>
#include <string>

namespace spork {

namespace {

using detail::SemaphoreKeeper;
using detail::SemaphoreState;
using detail::WaitEnd;

constexpr const char* name = "a Semaphore";

SemaphoreKeeper keeper_of(detail::SharedObject& object) noexcept {
    return {*static_cast<SemaphoreState*>(object.state()), object.mapping()};
}

}  // namespace

Semaphore::Semaphore(std::int64_t units) : Semaphore(units, max) {}

Semaphore::Semaphore(std::int64_t units, std::int64_t bound)
    : SharedHandle(create(type_identity<Semaphore>, detail::LockKind::none, sizeof(SemaphoreState), name)) {
    if (units < 0 || units > max) {
        throw UsageError("a Semaphore cannot begin with " + std::to_string(units) + " units: it has 0 to " +
                         std::to_string(max));
    }
    auto& semaphore = state<SemaphoreState>();
    semaphore.value = static_cast<std::uint64_t>(units);
    semaphore.bound = static_cast<std::uint64_t>(bound);
}

bool Semaphore::acquire(bool block, Timeout timeout, std::stop_token stop) const {
    detail::SharedObject& semaphore = object();
    SemaphoreKeeper keeper = keeper_of(semaphore);
    if (!block) {
        return keeper.try_acquire(semaphore.time_to_look());
    }
    detail::SleepLimit limit(timeout, stop);
    const WaitEnd end = keeper.acquire(limit);
    if (end == WaitEnd::stopped) {
        throw CancelledError("a stop was requested while waiting for a Semaphore");
    }
    return end == WaitEnd::done;
}

void Semaphore::release(std::int64_t units) const {
    if (units < 1) {
        throw UsageError("cannot release " + std::to_string(units) + " units of a Semaphore: at least 1");
    }
    if (!keeper_of(object()).release(static_cast<std::uint64_t>(units))) {
        throw UsageError("a Semaphore was released too many times: it has " + std::to_string(get_value()) +
                         " units, and no more than " + std::to_string(state<SemaphoreState>().bound) + " may be there");
    }
}

std::int64_t Semaphore::get_value() const {
    return static_cast<std::int64_t>(state<SemaphoreState>().value.load());
}

std::ostream& operator<<(std::ostream& stream, const Semaphore& semaphore) {
    const bool bounded = semaphore.state<SemaphoreState>().bound != static_cast<std::uint64_t>(Semaphore::max);
    return stream << (bounded ? "<BoundedSemaphore(value=" : "<Semaphore(value=") << semaphore.get_value() << ")>";
}

void Transfer<Semaphore>::save(Writer& writer, const Semaphore& value) {
    Semaphore::save(writer, value);
}

Semaphore Transfer<Semaphore>::load(Reader& reader) {
    return Semaphore(Semaphore::load(reader, type_identity<Semaphore>, sizeof(SemaphoreState), name));
}

void Transfer<BoundedSemaphore>::save(Writer& writer, const BoundedSemaphore& value) {
    BoundedSemaphore::save(writer, value);
}

BoundedSemaphore Transfer<BoundedSemaphore>::load(Reader& reader) {
    return BoundedSemaphore(BoundedSemaphore::load(reader, type_identity<Semaphore>, sizeof(SemaphoreState), name));
}

}  // namespace spork
