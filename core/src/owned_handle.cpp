/// \file
/// Every handle that the public classes own stands in one list, so that a forked child can close what it was not given.

#include "owned_handle.hpp"

#include <mutex>

namespace spork::detail {

namespace {

// Never destroyed: handles with static storage may outlive any static object of ours.
struct HandleTable {
    std::mutex mutex;
    OwnedHandle* first = nullptr;
};

HandleTable& table() {
    static HandleTable* const instance = new HandleTable();
    return *instance;
}

}  // namespace

OwnedHandle::OwnedHandle(std::intptr_t native, bool socket) noexcept : native_(native), socket_(socket) {
    HandleTable& handles = table();
    const std::lock_guard hold(handles.mutex);
    next_ = handles.first;
    if (next_) {
        next_->previous_ = this;
    }
    handles.first = this;
}

OwnedHandle::~OwnedHandle() {
    HandleTable& handles = table();
    {
        const std::lock_guard hold(handles.mutex);
        (previous_ ? previous_->next_ : handles.first) = next_;
        if (next_) {
            next_->previous_ = previous_;
        }
    }
    close();
}

void OwnedHandle::close() noexcept {
    platform::close_handle(release(), kind_of(*this));
}

HandleTableLock::HandleTableLock() {
    table().mutex.lock();
}

HandleTableLock::~HandleTableLock() {
    table().mutex.unlock();
}

void close_inherited_handles() noexcept {
    for (OwnedHandle* handle = table().first; handle; handle = handle->next_) {
        handle->close();
    }
}

void release_handle_table_after_fork() noexcept {
    table().mutex.unlock();
}

platform::HandleKind kind_of(const OwnedHandle& handle) noexcept {
    return handle.socket() ? platform::HandleKind::socket : platform::HandleKind::object;
}

std::shared_ptr<OwnedHandle> own(platform::Handle handle) {
    auto owned = std::make_shared<OwnedHandle>(platform::no_handle, handle.kind() == platform::HandleKind::socket);
    owned->reset(handle.release());
    return owned;
}

std::vector<std::shared_ptr<OwnedHandle>> own_all(std::vector<platform::Handle>& handles) {
    std::vector<std::shared_ptr<OwnedHandle>> owned;
    owned.reserve(handles.size());
    for (platform::Handle& handle : handles) {
        owned.push_back(own(std::move(handle)));
    }
    handles.clear();
    return owned;
}

std::vector<platform::Attachment> attachments_of(const Writer& writer) {
    std::vector<platform::Attachment> attachments;
    attachments.reserve(writer.handles().size());
    for (const auto& handle : writer.handles()) {
        attachments.push_back({handle->native(), kind_of(*handle)});
    }
    return attachments;
}

}  // namespace spork::detail
