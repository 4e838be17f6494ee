// That a child ends with its parent is the work of the parent's job object (job.cpp), which needs no watching thread
// and works however the parent went. Here is what is left: knowing the parent.

#include "parent_watch.hpp"

#include <atomic>

namespace spork::platform::win32 {

namespace {

std::atomic<RawHandle> parent_process{no_handle};

}  // namespace

void remember_parent(RawHandle parent) noexcept {
    parent_process.store(parent, std::memory_order_release);
}

RawHandle living_parent() noexcept {
    const RawHandle parent = parent_process.load(std::memory_order_acquire);
    if (parent == no_handle || WaitForSingleObject(native(parent), 0) != WAIT_TIMEOUT) {
        return no_handle;
    }
    return parent;
}

}  // namespace spork::platform::win32
