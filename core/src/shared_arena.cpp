#include <spork/shared_arena.hpp>

#include "arena_memory.hpp"
#include "owned_handle.hpp"

#include <spork/error.hpp>

namespace spork {

using detail::ArenaMemory;

namespace {

/// Throws UsageError when the object is of another type than asked for.
void require_type(const detail::ArenaName& name, std::uint64_t type) {
    if (name.type != type) {
        throw UsageError("the object \"" + std::string(name.text()) +
                         "\" of a shared arena is of another type than the one "
                         "that was asked for");
    }
}

}  // namespace

void* detail::allocate_in_arena(ArenaHeader& header, std::size_t size, std::size_t alignment) {
    return ArenaMemory::of(header).allocate(size, alignment);
}

void detail::free_in_arena(ArenaHeader& header, void* memory, std::size_t size) noexcept {
    ArenaMemory::of(header).free(memory, size);
}

SharedArena::SharedArena(ArenaOptions options)
    : memory_(ArenaMemory::make(options.capacity, std::move(options.name))) {}

SharedArena::SharedArena(std::shared_ptr<detail::ArenaMemory> memory, RLock lock) noexcept
    : memory_(std::move(memory)), lock_(std::move(lock)) {}

void* SharedArena::allocate(std::size_t size, std::size_t alignment) const {
    return memory_->allocate(size, alignment);
}

void SharedArena::free(void* memory, std::size_t size) const noexcept {
    memory_->free(memory, size);
}

std::size_t SharedArena::capacity() const noexcept {
    return static_cast<std::size_t>(memory_->header().capacity);
}

std::size_t SharedArena::size() const noexcept {
    return memory_->size();
}

std::size_t SharedArena::free_size() const {
    return memory_->free_size();
}

const std::string& SharedArena::name() const noexcept {
    return memory_->name();
}

detail::ArenaHeader& SharedArena::header() const noexcept {
    return memory_->header();
}

void* SharedArena::find(std::string_view name, std::uint64_t type) const {
    const std::scoped_lock held(get_lock());
    const detail::ArenaName* const found = memory_->find(name);
    if (!found) {
        return nullptr;
    }
    require_type(*found, type);
    return memory_->object_of(*found);
}

void SharedArena::publish(std::string_view name, std::uint64_t type, void* object) const {
    memory_->publish(name, type, object);
}

void* SharedArena::withdraw(std::string_view name, std::uint64_t type) const {
    detail::ArenaName* const found = memory_->find(name);
    if (!found) {
        return nullptr;
    }
    require_type(*found, type);
    void* const object = memory_->object_of(*found);
    memory_->withdraw(*found);
    return object;
}

void Transfer<SharedArena>::save(Writer& writer, const SharedArena& value) {
    if (value.memory_->handle()->closed()) {
        throw TransferError("cannot pass on a shared arena that this forked process was not given");
    }
    writer.attach(value.memory_->handle());
    writer(value.name(), value.lock_);
}

SharedArena Transfer<SharedArena>::load(Reader& reader) {
    auto handle = reader.take_handle();
    auto name = reader.read<std::string>();
    auto lock = reader.read<RLock>();
    return SharedArena(ArenaMemory::attach(std::move(handle), std::move(name)), std::move(lock));
}

}  // namespace spork
