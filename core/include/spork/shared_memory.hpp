#pragma once

/// \file
/// Plain bytes that several processes share, with or without a name.

#include <spork/archive.hpp>
#include <spork/export.hpp>

#include <concepts>
#include <cstddef>
#include <iosfwd>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace spork {

namespace detail {

class MemoryBlock;

[[noreturn]] SPORK_API void throw_no_memory_size();

template <class N>
concept ByteCount = std::integral<N> && !std::same_as<N, bool>;

/// The size of new memory. Throws UsageError for none or less.
template <ByteCount N>
std::size_t memory_size(N size) {
    if (size <= 0) {
        throw_no_memory_size();
    }
    return static_cast<std::size_t>(size);
}

}  // namespace detail

/// What Python's SharedMemory is asked for: `spork::SharedMemory({.name = "frame", .create = true, .size = 4096})`.
struct SharedMemoryOptions {
    std::string name = {};  ///< of a new block: empty for a generated one
    bool create = false;    ///< false: there is a block of this name already
    std::size_t size = 0;   ///< of a new block
};

/// SharedMemory is a block of bytes that several processes share. It is zero at first.
///
///     spork::SharedMemory frame(1920 * 1080 * 4);                  // no name: for the processes that are given it
///     spork::Process painter(paint, frame);
///
///     auto mail = spork::SharedMemory::create(4096, "mail");       // found by its name, by Python's programs as well
///     auto same = spork::SharedMemory::attach("mail");
///
/// A handle: copies, and what a child receives as an argument or in a message, are the same memory; nothing is copied
/// to pass it on. The memory goes with its last user, however that one ends. So does the name of a block that spork has
/// made: nothing has to be unlinked, and a program that is killed leaves nothing. As users count processes that have a
/// handle or got the block by name through spork. Programs that are not spork's do not count: they keep the memory that
/// they have, but may find the name gone. A block that another program made is never removed, except by unlink().
///
/// The first named block that a process makes starts a small process, the keeper, which removes the names should this
/// one be killed. (Not on Windows, which needs none.) Until spork::init has run, there is none.
///
/// A name is at most 240 bytes long (macOS: 30) and has no slash. What is guarded how is up to the users: the block has
/// no lock. Threads: any number at once, but for close(). Python: multiprocessing.shared_memory.SharedMemory.
class SPORK_API SharedMemory {
public:
    /// New memory without a name. All that make new memory throw UsageError for a size of zero or less, and
    /// std::system_error when there is not enough: std::errc::not_enough_memory, no_space_on_device. What has a
    /// name and could be made is there: no later touch of it fails for want of room.
    template <detail::ByteCount N>
    explicit SharedMemory(N size) : SharedMemory(make(detail::memory_size(size))) {}

    /// The existing block of this name.
    template <std::convertible_to<std::string> Name>
    explicit SharedMemory(const Name& name) : SharedMemory(attach(name)) {}

    /// As Python's constructor.
    explicit SharedMemory(const SharedMemoryOptions& options);

    /// New memory with a generated name like psm_0a1b2c3d.
    template <detail::ByteCount N>
    static SharedMemory create(N size) {
        return make_generated(detail::memory_size(size));
    }

    /// New memory with this name. std::system_error with std::errc::file_exists when the name is taken.
    template <detail::ByteCount N>
    static SharedMemory create(N size, const std::string& name) {
        return make_named(name, detail::memory_size(size));
    }
    template <detail::ByteCount N>
    static SharedMemory create(const std::string& name, N size) {
        return make_named(name, detail::memory_size(size));
    }

    /// The existing block of this name. std::system_error with std::errc::no_such_file_or_directory when there is none,
    /// UsageError for an empty name.
    static SharedMemory attach(const std::string& name);
    static SharedMemory open(const std::string& name) { return attach(name); }

    /// The block of this name, whose size is then what it is, or a new one.
    template <detail::ByteCount N>
    static SharedMemory open_or_create(const std::string& name, N size) {
        return find_or_make(name, detail::memory_size(size));
    }

    /// The bytes. Valid until close(), or while a copy of this handle lives. Throws UsageError after close().
    std::span<std::byte> buf() const;

    /// Their number: what was asked for. Where a block was found by its name, Windows and macOS tell whole pages.
    std::size_t size() const;

    /// Empty for memory without a name.
    const std::string& name() const;

    /// Ends the access for all copies of this handle in this process. What other processes have stays. Closing twice
    /// does nothing.
    void close() const;
    bool closed() const;

    /// Takes the name away: nobody finds the block any more, who has it keeps it. May be called after close(). Throws
    /// std::system_error with std::errc::no_such_file_or_directory when the name was taken away before, UsageError when
    /// there never was one. On Windows it does nothing: names go with the last user, and not before.
    void unlink() const;

    /// Whether two handles are the same block.
    friend bool operator==(const SharedMemory& a, const SharedMemory& b) noexcept { return same(a, b); }

    /// SharedMemory("psm_0a1b2c3d", size=512)
    friend SPORK_API std::ostream& operator<<(std::ostream& stream, const SharedMemory& memory);

private:
    friend struct Transfer<SharedMemory>;
    explicit SharedMemory(std::shared_ptr<detail::MemoryBlock> block) noexcept : block_(std::move(block)) {}

    static SharedMemory make(std::size_t size);
    static SharedMemory make_generated(std::size_t size);
    static SharedMemory make_named(const std::string& name, std::size_t size);
    static SharedMemory find_or_make(const std::string& name, std::size_t size);
    static bool same(const SharedMemory& a, const SharedMemory& b) noexcept;
    detail::MemoryBlock& block() const;

    std::shared_ptr<detail::MemoryBlock> block_;
};

template <>
struct SPORK_API Transfer<SharedMemory> {
    static void save(Writer& writer, const SharedMemory& value);
    static SharedMemory load(Reader& reader);
};

}  // namespace spork
