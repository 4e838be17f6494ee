#pragma once

/// \file
/// Memory that received messages are written to.

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace spork::platform {

/// Allocates like std::allocator and leaves new elements as they are instead of filling them with zeros. A channel must
/// offer memory for the largest message that may come, and most are small: a page that no message reaches is never
/// touched. In a child that was just forked each touched page costs a page fault, in every other process it costs memory.
template <class T>
struct UnfilledAllocator : std::allocator<T> {
    template <class Other>
    struct rebind {
        using other = UnfilledAllocator<Other>;
    };

    template <class Element>
    void construct(Element* at) noexcept {
        ::new (static_cast<void*>(at)) Element;
    }
};

using MessageMemory = std::vector<std::byte, UnfilledAllocator<std::byte>>;

}  // namespace spork::platform
