#pragma once

/// \file
/// One owner for many blocks of shared memory.

#include <spork/export.hpp>
#include <spork/shareable_list.hpp>
#include <spork/shared_memory.hpp>

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>

namespace spork {

/// SharedMemoryManager hands out named memory and lists, and takes all their names away in the end: at shutdown(), with
/// its last copy, or when its process ends, however that goes.
///
///     spork::SharedMemoryManager manager;
///     auto frame = manager.SharedMemory(1920 * 1080 * 4);
///     auto totals = manager.ShareableList({0, 0, 0.0});
///
/// Until then a name stays though nobody uses the block. Whoever has a block when its name goes keeps the memory. A
/// handle: copies are the same manager, within one process. There is no server process, unlike Python's. Threads: any
/// number at once. Python: multiprocessing.managers.SharedMemoryManager.
class SPORK_API SharedMemoryManager {
public:
    /// Ready for use; Python's start() and the `with` statement are not needed.
    SharedMemoryManager();

    /// New memory with a generated name. Throws what SharedMemory::create does, and UsageError after shutdown().
    template <detail::ByteCount N>
    spork::SharedMemory SharedMemory(N size) const {
        return keep(spork::SharedMemory::create(size));
    }

    /// A new list of these values, or those of a range, with a generated name.
    spork::ShareableList ShareableList(std::initializer_list<ShareableValue> values) const {
        return keep(spork::ShareableList(values));
    }
    template <detail::ShareableRange<spork::ShareableList> R>
    spork::ShareableList ShareableList(R&& values) const {
        return keep(spork::ShareableList(std::forward<R>(values)));
    }

    /// For programs that come from Python: does nothing. Throws UsageError after shutdown().
    void start() const;

    /// Takes all names away, and makes no more. The second time it does nothing.
    void shutdown() const;

private:
    class Blocks;

    spork::SharedMemory keep(spork::SharedMemory memory) const;
    spork::ShareableList keep(spork::ShareableList list) const;

    std::shared_ptr<Blocks> blocks_;
};

}  // namespace spork
