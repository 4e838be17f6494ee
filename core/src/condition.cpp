#include <spork/condition.hpp>

#include "condition_state.hpp"
#include "mutex.hpp"
#include "shared_object.hpp"

#include <spork/error.hpp>
#include <spork/transferable.hpp>
#include <spork/type_identity.hpp>

#include <limits>
#include <ostream>
#include <string>

namespace spork {

namespace {

using detail::ConditionKeeper;
using detail::SharedObject;
using detail::WaitEnd;
using detail::WaitRoom;

constexpr const char* name = "a Condition";

ConditionKeeper keeper_of(SharedObject& object) noexcept {
    return {*static_cast<WaitRoom*>(object.state()), object.mapping()};
}

}  // namespace

Condition::Condition()
    : SharedHandle(create(type_identity<Condition>, detail::LockKind::recursive, sizeof(WaitRoom), name)),
      lock_(AnyLock::of(shared())) {}

Condition::Condition(AnyLock lock)
    : SharedHandle(create(type_identity<Condition>, detail::LockKind::none, sizeof(WaitRoom), name)),
      lock_(std::move(lock)) {}

Condition::Condition(std::shared_ptr<SharedObject> object, AnyLock lock)
    : SharedHandle(std::move(object)), lock_(std::move(lock)) {}

void Condition::require_lock(const char* purpose) const {
    const detail::MutexState& mutex = SharedObject::of(lock_).header().mutex;
    const bool held =
        mutex.kind == detail::LockKind::recursive ? detail::owns_mutex(mutex) : mutex.word.held_by_this_process();
    if (!held) {
        throw UsageError(std::string("cannot ") + purpose +
                         " a Condition whose lock this thread does not hold: lock it first");
    }
}

bool Condition::wait(Timeout timeout, std::stop_token stop) const {
    require_lock("wait for");
    detail::SleepLimit limit(timeout, stop);
    const WaitEnd end = keeper_of(object()).wait_for_call(SharedObject::of(lock_), limit);
    if (end == WaitEnd::stopped) {
        throw CancelledError("a stop was requested while waiting for a Condition");
    }
    return end == WaitEnd::done;
}

void Condition::notify(std::size_t n) const {
    require_lock("notify");
    keeper_of(object()).notify(n);
}

void Condition::notify_all() const {
    notify(std::numeric_limits<std::size_t>::max());
}

std::ostream& operator<<(std::ostream& stream, const Condition& condition) {
    return stream << "<Condition(" << condition.lock_ << ", " << condition.state<WaitRoom>().waiting() << " waiting)>";
}

void Transfer<Condition>::save(Writer& writer, const Condition& value) {
    const bool own_lock = value.lock_ == value;
    Condition::save(writer, value);
    writer.write(own_lock);
    if (!own_lock) {
        writer.write(value.lock_);
    }
}

Condition Transfer<Condition>::load(Reader& reader) {
    auto object = Condition::load(reader, type_identity<Condition>, sizeof(WaitRoom), name);
    if (!reader.read<bool>()) {
        return Condition(std::move(object), reader.read<AnyLock>());
    }
    AnyLock lock = AnyLock::of(object);
    return Condition(std::move(object), std::move(lock));
}

}  // namespace spork
