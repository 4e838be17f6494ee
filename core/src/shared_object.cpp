#include "shared_object.hpp"

#include "owned_handle.hpp"
#include "system_error.hpp"

#include "platform/host.hpp"

#include <spork/error.hpp>
#include <spork/shared_handle.hpp>

#include <algorithm>
#include <chrono>
#include <new>
#include <span>
#include <string>

namespace spork::detail {

namespace {

[[noreturn]] void fail_to_share(std::error_code error, std::size_t size, const char* what) {
    throw_system(error, "cannot share " + std::to_string(size) + " bytes of memory for " + what);
}

}  // namespace

std::shared_ptr<SharedObject> SharedObject::create(std::uint64_t type, LockKind lock, std::size_t size,
                                                   const char* what, std::size_t reserve) {
    if (size > SIZE_MAX - sizeof(ObjectHeader)) {
        fail_to_share(std::make_error_code(std::errc::not_enough_memory), size, what);
    }
    const std::size_t whole = sizeof(ObjectHeader) + size;
    auto segment = platform::make_segment(whole, std::max(whole, reserve));
    if (!segment) {
        fail_to_share(segment.error(), size, what);
    }
    auto mapping = platform::map_segment(segment->get(), whole);
    if (!mapping) {
        fail_to_share(mapping.error(), size, what);
    }
    auto* const header = new ((*mapping)->data()) ObjectHeader;
    header->type = type;
    header->size = size;
    header->mutex.kind = lock;
    if (const auto error = platform::random_bytes(std::as_writable_bytes(std::span(&header->identity, 1)))) {
        fail_to_share(error, size, what);
    }
    return std::make_shared<SharedObject>(own(std::move(*segment)), std::move(*mapping), size);
}

std::shared_ptr<SharedObject> SharedObject::attach(std::shared_ptr<OwnedHandle> handle, std::size_t least,
                                                   const char* what) {
    auto mapping = platform::map_segment(handle->native(), sizeof(ObjectHeader));
    if (!mapping) {
        throw TransferError(std::string("a message is corrupt: what came with it is not the memory of ") + what + " (" +
                            mapping.error().message() + ")");
    }
    const auto& header = *reinterpret_cast<const ObjectHeader*>((*mapping)->data());
    const std::uint64_t size = header.size;
    if (header.magic != ObjectHeader::right_magic || header.layout != ObjectHeader::right_layout || size < least ||
        size > (*mapping)->size() - sizeof(ObjectHeader) ||
        (*mapping)->commit(sizeof(ObjectHeader) + static_cast<std::size_t>(size))) {
        throw TransferError(std::string("a message is corrupt: the memory that came with it is not that of ") + what);
    }
    return std::make_shared<SharedObject>(std::move(handle), std::move(*mapping), static_cast<std::size_t>(size));
}

bool SharedObject::time_to_look() noexcept {
    constexpr std::int64_t pause = 10'000'000;  // a look costs some ten microseconds
    const std::int64_t now = std::chrono::steady_clock::now().time_since_epoch().count();
    std::int64_t last = last_look_.load(std::memory_order_relaxed);
    return (last == 0 || now - last >= pause) &&
           last_look_.compare_exchange_strong(last, now, std::memory_order_relaxed);
}

std::shared_ptr<SharedObject> SharedHandle::create(std::uint64_t type, LockKind lock, std::size_t size,
                                                   const char* what) {
    return SharedObject::create(type, lock, size, what);
}

void SharedHandle::save(Writer& writer, const SharedHandle& handle) {
    const auto& object = handle.shared();
    if (!object) {
        throw_empty();
    }
    if (object->handle()->closed()) {
        throw TransferError("cannot pass on an object in shared memory that this forked process was not given");
    }
    writer.attach(object->handle());
}

std::shared_ptr<SharedObject> SharedHandle::load(Reader& reader, std::uint64_t type, std::size_t least,
                                                 const char* what) {
    auto object = SharedObject::attach(reader.take_handle(), least, what);
    if (object->header().type != type) {
        throw TransferError(std::string("a message is corrupt: it should hold ") + what + ", and holds another object");
    }
    return object;
}

void SharedHandle::throw_empty() {
    throw UsageError("this object in shared memory was moved to another variable");
}

void* SharedHandle::address(SharedObject& object) noexcept {
    return object.state();
}

std::uint64_t SharedHandle::identity() const noexcept {
    return object_ ? object_->header().identity : 0;
}

}  // namespace spork::detail
