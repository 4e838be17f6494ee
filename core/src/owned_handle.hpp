#pragma once

/// \file
/// The bridge between handles of the public headers and those of the seam.

#include <spork/archive.hpp>

#include "platform/channel.hpp"
#include "platform/handle.hpp"

#include <memory>
#include <vector>

namespace spork::detail {

platform::HandleKind kind_of(const OwnedHandle& handle) noexcept;

/// Wraps a handle of the seam.
std::shared_ptr<OwnedHandle> own(platform::Handle handle);
std::vector<std::shared_ptr<OwnedHandle>> own_all(std::vector<platform::Handle>& handles);

/// What a message takes along.
std::vector<platform::Attachment> attachments_of(const Writer& writer);

/// Holds still every handle of this process while it forks; in the child, close_inherited_handles then closes those that
/// nobody passed to it.
class HandleTableLock {
public:
    HandleTableLock();
    ~HandleTableLock();
    HandleTableLock(const HandleTableLock&) = delete;
    HandleTableLock& operator=(const HandleTableLock&) = delete;
};

/// In the child of a fork, where the HandleTableLock of its parent's thread never ends: ends it.
void release_handle_table_after_fork() noexcept;

}  // namespace spork::detail
