#pragma once

/// \file
/// Memory that several processes share, and sleeping on words in it.

#include "platform/handle.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace spork::platform {

/// New memory of `size` zero bytes, with room to grow to `reserve` (at least `size`). It has no name and lives as long as
/// a handle or a mapping of it does, in any process. std::errc::not_enough_memory also when the size exceeds what this
/// machine has.
Result<Handle> make_segment(std::size_t size, std::size_t reserve) noexcept;

/// A word in a segment. Lock free on every system, so that it means the same in every process.
using SharedWord = std::atomic<std::uint32_t>;
static_assert(SharedWord::is_always_lock_free && sizeof(SharedWord) == 4);

/// Mapping is a segment as this process sees it, at an address of its own. Threads: any number at once.
class Mapping {
public:
    virtual ~Mapping() = default;

    virtual std::byte* data() const noexcept = 0;

    /// How far the segment can grow. What lies past the committed part must not be touched.
    virtual std::size_t size() const noexcept = 0;

    /// Makes the first `size` bytes touchable in this process. Each process has to ask; asking again does nothing.
    virtual std::error_code commit(std::size_t size) noexcept = 0;

    /// Gives the memory of these bytes back to the system, in whole pages, where it can; they read as zeros or as before.
    virtual void discard(std::size_t offset, std::size_t size) noexcept = 0;

    /// Sleeps while `word` holds `expected` and nobody calls wake for it, at most so long. May return without a reason, and
    /// a wake may be lost with the process that calls it: callers look again, and sleep for bounded times.
    virtual void sleep(const SharedWord& word, std::uint32_t expected, std::chrono::nanoseconds limit) noexcept = 0;

    /// Wakes one sleeper of any process.
    virtual void wake(const SharedWord& word) noexcept = 0;
};

/// Maps a segment. The mapping does not need the handle any more. std::errc::bad_message when it is no segment of at
/// least `least` bytes.
Result<std::unique_ptr<Mapping>> map_segment(RawHandle segment, std::size_t least) noexcept;

}  // namespace spork::platform
