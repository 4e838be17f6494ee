#include <spork/lock.hpp>

#include "mutex.hpp"

#include <spork/error.hpp>
#include <spork/type_identity.hpp>

#include <ostream>
#include <string>
#include <utility>

namespace spork {

namespace {

using detail::LockKind;
using detail::MutexState;
using detail::SharedObject;
using detail::WaitEnd;

const char* name_of(LockKind kind) noexcept {
    return kind == LockKind::recursive ? "RLock" : "Lock";
}

[[noreturn]] void throw_stopped(const SharedObject& object) {
    throw CancelledError(std::string("a stop was requested while waiting for a ") +
                         name_of(object.header().mutex.kind));
}

}  // namespace

void AnyLock::unlock() const {
    detail::unlock_mutex(object());
}

bool AnyLock::acquire(bool block, Timeout timeout, std::stop_token stop) const {
    SharedObject& mutex = object();
    if (detail::try_lock_mutex(mutex)) {
        return true;
    }
    if (!block) {
        return detail::try_succeed_mutex(mutex);
    }
    const WaitEnd end = detail::wait_for_mutex(mutex, detail::SleepLimit(timeout, std::move(stop)));
    if (end == WaitEnd::stopped) {
        throw_stopped(mutex);
    }
    return end == WaitEnd::done;
}

bool AnyLock::abandoned() const {
    return object().header().mutex.word.abandoned();
}

void AnyLock::make_consistent() const {
    object().header().mutex.word.make_consistent();
}

std::ostream& operator<<(std::ostream& stream, const AnyLock& lock) {
    const MutexState& mutex = lock.object().header().mutex;
    stream << '<' << name_of(mutex.kind) << "(owner=";
    const platform::ProcessTag holder = mutex.word.holder();
    if (holder.id == 0) {
        stream << "None";
    } else if (mutex.kind == LockKind::recursive && detail::owns_mutex(mutex)) {
        stream << "this thread, count=" << mutex.depth;
    } else if (holder == platform::process_tag()) {
        stream << "this process";
    } else {
        stream << "process " << holder.id;
    }
    return stream << ")>";
}

Lock::Lock() : AnyLock(create(type_identity<Lock>, LockKind::plain, 0, "a Lock")) {}

RLock::RLock() : AnyLock(create(type_identity<RLock>, LockKind::recursive, 0, "an RLock")) {}

namespace {

/// The lock of any object that has one of this kind.
std::shared_ptr<SharedObject> load_lock(Reader& reader, LockKind wanted, const char* what) {
    auto object = SharedObject::attach(reader.take_handle(), 0, what);
    const LockKind kind = object->header().mutex.kind;
    if (kind != wanted && (wanted != LockKind::none || kind == LockKind::none)) {
        throw TransferError(std::string("a message is corrupt: it should hold ") + what + ", and holds another object");
    }
    return object;
}

}  // namespace

void Transfer<AnyLock>::save(Writer& writer, const AnyLock& value) {
    AnyLock::save(writer, value);
}

AnyLock Transfer<AnyLock>::load(Reader& reader) {
    return AnyLock(load_lock(reader, LockKind::none, "a Lock or an RLock"));
}

void Transfer<Lock>::save(Writer& writer, const Lock& value) {
    Transfer<AnyLock>::save(writer, value);
}

Lock Transfer<Lock>::load(Reader& reader) {
    return Lock(load_lock(reader, LockKind::plain, "a Lock"));
}

void Transfer<RLock>::save(Writer& writer, const RLock& value) {
    Transfer<AnyLock>::save(writer, value);
}

RLock Transfer<RLock>::load(Reader& reader) {
    return RLock(load_lock(reader, LockKind::recursive, "an RLock"));
}

}  // namespace spork
