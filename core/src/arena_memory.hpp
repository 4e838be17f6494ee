#pragma once

/// \file
/// The memory of a SharedArena as this process has it.
///
/// A segment of fixed reserve: a header, and an ArenaHeap, whose books are changed by whoever holds the header's lock.
///
/// | a process is killed           | what is left, and who repairs it                                          |
/// |-------------------------------|---------------------------------------------------------------------------|
/// | outside of allocate and free  | memory that nobody frees                                                  |
/// | holding the lock              | the lock, abandoned: the next holder finishes what was committed of the   |
/// |                               | change of the books; what was not never began                             |
/// | between the change of the     | memory that nobody frees: only the dead process knew of it                |
/// | books and the use of the piece |                                                                          |
/// | while it links a named object | a list of names that is whole: it is linked by one store                  |

#include "arena_heap.hpp"
#include "lock_word.hpp"

#include <spork/archive.hpp>
#include <spork/shared_arena.hpp>

#include "platform/segment.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace spork::detail {

/// A name, in the arena itself; the letters follow it.
struct ArenaName {
    std::uint64_t next = 0;    ///< offset in the segment, 0 for the last one
    std::uint64_t object = 0;  ///< offset in the segment
    std::uint64_t type = 0;
    std::uint64_t length = 0;

    std::string_view text() const noexcept { return {reinterpret_cast<const char*>(this + 1), length}; }
};

struct ArenaHeader {
    static constexpr std::uint64_t right_magic = 0x616e657261707300;
    static constexpr std::uint64_t right_layout = 2;

    std::uint64_t magic = right_magic;
    std::uint64_t layout = right_layout;
    std::uint64_t capacity = 0;  ///< bytes of the whole segment
    LockWord lock;
    std::atomic<std::uint64_t> names{0};  ///< offset of the first
    std::uint64_t unused[3] = {};         ///< the books begin with a cache line
    ArenaBooks books;
};

class ArenaMemory {
public:
    static std::shared_ptr<ArenaMemory> make(std::size_t capacity, std::string name);

    /// What came in a message. Throws TransferError when it is no arena.
    static std::shared_ptr<ArenaMemory> attach(std::shared_ptr<OwnedHandle> handle, std::string name);

    /// The one that has its header here. It must live.
    static ArenaMemory& of(ArenaHeader& header) noexcept;

    ArenaMemory(std::shared_ptr<OwnedHandle> handle, std::unique_ptr<platform::Mapping> mapping, std::string name);
    ArenaMemory(const ArenaMemory&) = delete;
    ArenaMemory& operator=(const ArenaMemory&) = delete;
    ~ArenaMemory();

    void* allocate(std::size_t size, std::size_t alignment);
    void free(void* memory, std::size_t size) noexcept;
    std::size_t free_size();

    /// Bytes that all processes may touch.
    std::size_t size() const noexcept { return static_cast<std::size_t>(heap_.size()); }

    ArenaName* find(std::string_view name) const;
    void publish(std::string_view name, std::uint64_t type, void* object);
    void withdraw(ArenaName& name);
    void* object_of(const ArenaName& name) const noexcept { return at(name.object); }

    ArenaHeader& header() const noexcept { return *reinterpret_cast<ArenaHeader*>(mapping_->data()); }
    const std::shared_ptr<OwnedHandle>& handle() const noexcept { return handle_; }
    const std::string& name() const noexcept { return name_; }

private:
    class Hold;

    void* at(std::uint64_t offset) const noexcept { return mapping_->data() + offset; }
    std::uint64_t offset_of(const void* address) const noexcept {
        return static_cast<std::uint64_t>(static_cast<const std::byte*>(address) - mapping_->data());
    }
    bool grow(std::size_t wanted);
    [[noreturn]] void throw_full(std::size_t size) const;

    std::shared_ptr<OwnedHandle> handle_;
    std::unique_ptr<platform::Mapping> mapping_;
    std::string name_;
    ArenaHeap heap_;
};

}  // namespace spork::detail
