#include <spork/shared_elements.hpp>

#include "shared_object.hpp"

#include <spork/error.hpp>
#include <spork/transferable.hpp>

#include <memory>
#include <string>

namespace spork::detail {

namespace {

std::string describe(std::string_view name, bool single, std::size_t count) {
    std::string text = "a " + std::string(name);
    return single ? text : text + " of " + std::to_string(count) + " elements";
}

/// Too many bytes for any machine when the product has no place in a number.
std::size_t bytes_of(std::size_t count, std::size_t element_size) noexcept {
    return count <= SIZE_MAX / element_size ? count * element_size : SIZE_MAX;
}

}  // namespace

SharedElements::SharedElements(const Kind& kind, std::size_t count, const LockChoice& lock)
    : SharedHandle(create(kind.type, lock.own() ? LockKind::recursive : LockKind::none,
                          bytes_of(count, kind.element_size), describe(kind.name, kind.single, count).c_str())),
      data_(object().state()),
      count_(count),
      lock_(lock.lock()) {
    adopt_own_lock();
}

SharedElements::SharedElements(const Kind& kind, Reader& reader)
    : SharedHandle(load(reader, kind.type, kind.single ? kind.element_size : 0, describe(kind.name, true, 1).c_str())),
      data_(object().state()),
      count_(object().size() / kind.element_size),
      lock_(reader.read<std::optional<AnyLock>>()) {
    const LockKind own = object().header().mutex.kind;
    if (object().size() % kind.element_size != 0 || (kind.single && count_ != 1) ||
        (own != LockKind::none && own != LockKind::recursive)) {
        throw TransferError("a message is corrupt: the memory that came with it is not that of a " +
                            std::string(kind.name));
    }
    adopt_own_lock();
}

void SharedElements::adopt_own_lock() {
    if (object().header().mutex.kind != LockKind::none) {
        lock_ = AnyLock::of(shared());
    }
}

void SharedElements::save_to(Writer& writer) const {
    save(writer, *this);
    const bool own = lock_ && *lock_ == static_cast<const SharedHandle&>(*this);
    writer.write(own ? std::optional<AnyLock>() : lock_);
}

AnyLock& SharedElements::lock() {
    return const_cast<AnyLock&>(std::as_const(*this).lock());
}

const AnyLock& SharedElements::lock() const {
    object();
    if (!lock_) {
        throw UsageError(
            "this object in shared memory was made without a lock: leave {.lock = false} away, or use get_obj()");
    }
    return *lock_;
}

}  // namespace spork::detail
