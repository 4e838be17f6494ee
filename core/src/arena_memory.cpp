#include "arena_memory.hpp"

#include "owned_handle.hpp"
#include "system_error.hpp"

#include <spork/error.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <new>
#include <shared_mutex>

namespace spork::detail {

namespace {

constexpr std::size_t first_size = std::size_t{64} << 10;
constexpr std::size_t least_capacity = 4096;

/// The arena grows by as much as it has, so that it grows rarely, but not by more than this and what is needed.
constexpr std::size_t largest_step = std::size_t{64} << 20;
constexpr std::size_t page = std::size_t{64} << 10;

/// The heap's own needs for a piece of memory, generously.
constexpr std::size_t overhead = 256;
constexpr std::size_t grain = 16;

/// Pieces of this size and more are given back to the system when they are freed, but for their ends, where the heap
/// may write.
constexpr std::size_t large = std::size_t{256} << 10;

/// Where this process has its arenas. Never destroyed: arenas may have static storage.
struct ArenaTable {
    std::shared_mutex mutex;
    std::map<const ArenaHeader*, ArenaMemory*> arenas;
};

ArenaTable& table() {
    static ArenaTable* const instance = new ArenaTable();
    return *instance;
}

}  // namespace

/// Whoever has one may look into the heap's books and change them. It finishes what the last holder had begun.
class ArenaMemory::Hold {
public:
    explicit Hold(ArenaMemory& arena) noexcept : arena_(arena) {
        LockWord& lock = arena_.header().lock;
        lock.lock(*arena_.mapping_);
        if (lock.abandoned()) {
            arena_.heap_.recover();
            lock.make_consistent();
        }
    }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() { arena_.header().lock.unlock(*arena_.mapping_); }

private:
    ArenaMemory& arena_;
};

std::shared_ptr<ArenaMemory> ArenaMemory::make(std::size_t capacity, std::string name) {
    if (capacity < least_capacity) {
        throw UsageError("a shared arena has a capacity of 4096 bytes at least");
    }
    const std::string what =
        "cannot share memory for the arena \"" + name + "\" of " + std::to_string(capacity) + " bytes";
    const std::size_t size = std::min(first_size, capacity);
    auto segment = platform::make_segment(size, capacity);
    if (!segment) {
        throw_system(segment.error(), what);
    }
    auto mapping = platform::map_segment(segment->get(), capacity);
    if (!mapping) {
        throw_system(mapping.error(), what);
    }
    auto* const header = new ((*mapping)->data()) ArenaHeader;
    header->capacity = capacity;
    auto arena = std::make_shared<ArenaMemory>(own(std::move(*segment)), std::move(*mapping), std::move(name));
    arena->heap_.make(size);
    return arena;
}

std::shared_ptr<ArenaMemory> ArenaMemory::attach(std::shared_ptr<OwnedHandle> handle, std::string name) {
    auto mapping = platform::map_segment(handle->native(), least_capacity);
    if (!mapping) {
        throw TransferError("a message is corrupt: what came with it is not the memory of an arena (" +
                            mapping.error().message() + ")");
    }
    const auto& header = *reinterpret_cast<const ArenaHeader*>((*mapping)->data());
    if (header.magic != ArenaHeader::right_magic || header.layout != ArenaHeader::right_layout ||
        header.capacity > (*mapping)->size() || header.books.size > header.capacity ||
        (*mapping)->commit(static_cast<std::size_t>(header.books.size.load()))) {
        throw TransferError("a message is corrupt: the memory that came with it is not that of an arena");
    }
    return std::make_shared<ArenaMemory>(std::move(handle), std::move(*mapping), std::move(name));
}

ArenaMemory::ArenaMemory(std::shared_ptr<OwnedHandle> handle, std::unique_ptr<platform::Mapping> mapping,
                         std::string name)
    : handle_(std::move(handle)),
      mapping_(std::move(mapping)),
      name_(std::move(name)),
      heap_(mapping_->data(), offsetof(ArenaHeader, books), header().capacity) {
    const std::lock_guard hold(table().mutex);
    table().arenas.emplace(&header(), this);
}

ArenaMemory::~ArenaMemory() {
    const std::lock_guard hold(table().mutex);
    table().arenas.erase(&header());
}

ArenaMemory& ArenaMemory::of(ArenaHeader& header) noexcept {
    const std::shared_lock hold(table().mutex);
    return *table().arenas.at(&header);
}

void* ArenaMemory::allocate(std::size_t size, std::size_t alignment) {
    const auto capacity = static_cast<std::size_t>(header().capacity);
    if (size > capacity || alignment > capacity) {
        throw_full(size);
    }
    const Hold hold(*this);
    const auto take = [&](bool thorough) { return heap_.allocate(size, std::bit_ceil(alignment), thorough); };
    std::uint64_t place = take(false);
    if (place == 0 && grow(size + alignment + overhead)) {
        place = take(false);
    }
    if (place == 0) {
        place = take(true);
    }
    if (place == 0) {
        throw_full(size);
    }
    return at(place);
}

void ArenaMemory::free(void* memory, std::size_t size) noexcept {
    if (size >= large) {
        mapping_->discard(static_cast<std::size_t>(offset_of(memory)) + overhead, size - 2 * overhead);
    }
    const Hold hold(*this);
    heap_.free(offset_of(memory));
}

std::size_t ArenaMemory::free_size() {
    const Hold hold(*this);
    return static_cast<std::size_t>(heap_.free_bytes());
}

/// By at least `wanted` bytes; false when there is no room, or the system has no memory.
bool ArenaMemory::grow(std::size_t wanted) {
    const std::size_t room = (static_cast<std::size_t>(header().capacity) - size()) / grain * grain;
    const std::size_t step = std::max(wanted, std::min(size(), largest_step));
    const std::size_t more = std::min((step + page - 1) / page * page, room);
    if (more < wanted || mapping_->commit(size() + more)) {
        return false;
    }
    heap_.grow(size() + more);
    return true;
}

ArenaName* ArenaMemory::find(std::string_view name) const {
    for (std::uint64_t offset = header().names; offset != 0;) {
        auto* const entry = static_cast<ArenaName*>(at(offset));
        if (entry->text() == name) {
            return entry;
        }
        offset = entry->next;
    }
    return nullptr;
}

void ArenaMemory::publish(std::string_view name, std::uint64_t type, void* object) {
    auto* const entry = new (allocate(sizeof(ArenaName) + name.size(), alignof(ArenaName))) ArenaName;
    entry->next = header().names;
    entry->object = offset_of(object);
    entry->type = type;
    entry->length = name.size();
    std::memcpy(entry + 1, name.data(), name.size());
    header().names = offset_of(entry);
}

void ArenaMemory::withdraw(ArenaName& name) {
    const std::uint64_t offset = offset_of(&name);
    if (header().names == offset) {
        header().names = name.next;
    } else {
        auto* before = static_cast<ArenaName*>(at(header().names));
        while (before->next != offset) {
            before = static_cast<ArenaName*>(at(before->next));
        }
        before->next = name.next;
    }
    free(&name, sizeof(ArenaName) + name.length);
}

void ArenaMemory::throw_full(std::size_t size) const {
    throw ArenaFull("the shared arena \"" + name_ + "\" of " + std::to_string(header().capacity) +
                    " bytes has no room for " + std::to_string(size) + " more");
}

}  // namespace spork::detail
