#pragma once

/// \file
/// One object in a segment of its own, as this process has it mapped.

#include "lock_word.hpp"

#include <spork/archive.hpp>
#include <spork/shared_handle.hpp>

#include "platform/segment.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace spork::detail {

/// The lock that every object has room for.
struct MutexState {
    LockWord word;
    std::atomic<std::uint64_t> thread{0};  ///< of the holder, while a recursive lock is held
    std::uint32_t depth = 0;               ///< how often it is held; the holder's own
    LockKind kind = LockKind::none;
};

/// What stands at the beginning of every segment.
struct ObjectHeader {
    static constexpr std::uint32_t right_magic = 0x6f6b7073;  // "spko"
    static constexpr std::uint32_t right_layout = 1;

    std::uint32_t magic = right_magic;
    std::uint32_t layout = right_layout;
    std::uint64_t type = 0;      ///< type_identity of the class that made it
    std::uint64_t identity = 0;  ///< the same in every process, another one for every object
    std::uint64_t size = 0;      ///< bytes of state that follow the header
    MutexState mutex;
    std::uint64_t unused = 0;
};
static_assert(sizeof(ObjectHeader) == 64);

class SharedObject {
public:
    /// A new object, its state zero, in a segment that can grow to `reserve` bytes. Throws std::system_error that names `what`.
    static std::shared_ptr<SharedObject> create(std::uint64_t type, LockKind lock, std::size_t size, const char* what,
                                                std::size_t reserve = 0);

    /// The object behind a handle that came in a message. Throws TransferError when it is none, or its state is smaller.
    static std::shared_ptr<SharedObject> attach(std::shared_ptr<OwnedHandle> handle, std::size_t least,
                                                const char* what);

    /// The object of a handle. Throws UsageError when the handle was moved from.
    static SharedObject& of(const SharedHandle& handle) { return handle.object(); }

    SharedObject(std::shared_ptr<OwnedHandle> handle, std::unique_ptr<platform::Mapping> mapping,
                 std::size_t size) noexcept
        : header_(reinterpret_cast<ObjectHeader*>(mapping->data())),
          size_(size),
          handle_(std::move(handle)),
          mapping_(std::move(mapping)) {}

    ObjectHeader& header() const noexcept { return *header_; }
    void* state() const noexcept { return header_ + 1; }

    /// Bytes of state. What another process writes into the header does not change it.
    std::size_t size() const noexcept { return size_; }

    platform::Mapping& mapping() const noexcept { return *mapping_; }

    /// Whether somebody who does not wait should look now whether a holder has died. True so rarely that it costs nothing.
    bool time_to_look() noexcept;

    const std::shared_ptr<OwnedHandle>& handle() const noexcept { return handle_; }

private:
    ObjectHeader* header_;
    std::size_t size_;
    std::shared_ptr<OwnedHandle> handle_;
    std::unique_ptr<platform::Mapping> mapping_;
    std::atomic<std::int64_t> last_look_{0};  ///< nanoseconds of the steady clock
};

}  // namespace spork::detail
