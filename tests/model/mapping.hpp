#pragma once

/// \file
/// Memory that the processes of a model share.

#include "platform/segment.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <system_error>

namespace model {

/// All see it at one address; who depends on that finds out elsewhere.
class Mapping final : public spork::platform::Mapping {
public:
    explicit Mapping(void* data = nullptr, std::size_t size = 0) noexcept
        : data_(static_cast<std::byte*>(data)), size_(size) {}

    std::byte* data() const noexcept override { return data_; }
    std::size_t size() const noexcept override { return size_; }
    std::error_code commit(std::size_t) noexcept override { return {}; }
    void discard(std::size_t, std::size_t) noexcept override {}
    void sleep(const spork::platform::SharedWord& word, std::uint32_t expected,
               std::chrono::nanoseconds limit) noexcept override;
    void wake(const spork::platform::SharedWord& word) noexcept override;

private:
    std::byte* data_;
    std::size_t size_;
};

/// What a brief lock does instead of sleeping.
void nap(spork::platform::Mapping&, const spork::platform::SharedWord& word, std::uint32_t expected) noexcept;

/// The tag of the process that a thread plays, as a word.
std::uint64_t tag_of(std::size_t thread) noexcept;

}  // namespace model
