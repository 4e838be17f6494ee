#pragma once

/// \file
/// One end of a pipe, shared by the Connections of this process that refer to it.

#include <spork/archive.hpp>

#include <atomic>
#include <memory>
#include <mutex>

namespace spork::detail {

class ConnectionState {
public:
    ConnectionState(std::shared_ptr<OwnedHandle> handle, bool readable, bool writable) noexcept
        : handle_(std::move(handle)), readable_(readable), writable_(writable) {}

    /// The handle for one call: it stays open until the call is over. Throw UsageError, naming the purpose.
    std::shared_ptr<OwnedHandle> handle(const char* purpose) const;
    std::shared_ptr<OwnedHandle> reading_end(const char* purpose) const;
    std::shared_ptr<OwnedHandle> writing_end(const char* purpose) const;

    void close() noexcept;
    bool closed() const noexcept;
    bool readable() const noexcept { return readable_; }
    bool writable() const noexcept { return writable_; }

    /// A duplex end becomes write-only, a receiving end is closed.
    void stop_reading() noexcept;

private:
    mutable std::mutex mutex_;
    std::shared_ptr<OwnedHandle> handle_;
    std::atomic<bool> readable_;
    const bool writable_;
};

}  // namespace spork::detail
