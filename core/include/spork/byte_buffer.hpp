#pragma once

/// \file
/// The growing buffer behind Writer.

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>

namespace spork::detail {

/// ByteBuffer grows without filling new memory with zeros and starts inside itself, so that a small message needs no
/// allocation.
class ByteBuffer {
public:
    ByteBuffer() noexcept = default;
    ByteBuffer(const ByteBuffer&) = delete;
    ByteBuffer& operator=(const ByteBuffer&) = delete;
    ~ByteBuffer() {
        if (data_ != inline_) {
            std::free(data_);
        }
    }

    void append(const void* from, std::size_t size) {
        if (size > capacity_ - size_) {
            grow(size);
        }
        if (size != 0) {
            std::memcpy(data_ + size_, from, size);
        }
        size_ += size;
    }

    std::span<const std::byte> bytes() const noexcept { return {data_, size_}; }
    std::span<std::byte> bytes() noexcept { return {data_, size_}; }

private:
    void grow(std::size_t more) {
        std::size_t wanted = capacity_ * 2;
        if (wanted - size_ < more) {
            wanted = size_ + more;
        }
        void* larger = std::realloc(data_ == inline_ ? nullptr : data_, wanted);
        if (!larger) {
            throw std::bad_alloc();
        }
        if (data_ == inline_) {
            std::memcpy(larger, inline_, size_);
        }
        data_ = static_cast<std::byte*>(larger);
        capacity_ = wanted;
    }

    std::byte inline_[512];
    std::byte* data_ = inline_;
    std::size_t size_ = 0;
    std::size_t capacity_ = sizeof inline_;
};

}  // namespace spork::detail
