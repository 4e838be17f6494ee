#pragma once

/// \file
/// A keyed digest, so that code positions are believed only when a process of this family wrote them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace spork::detail {

/// Known to the processes of one program run and to nobody else.
using FamilyKey = std::array<std::byte, 16>;

/// SipHash-2-4 (Aumasson and Bernstein, 2012): a message authentication code for short inputs.
std::uint64_t seal(const FamilyKey& key, std::span<const std::byte> data) noexcept;

}  // namespace spork::detail
