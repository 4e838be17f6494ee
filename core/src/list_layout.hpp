#pragma once

/// \file
/// How a ShareableList lies in its block.
///
/// CPython's layout, in 64-bit numbers of this machine's byte order: the number of items N; N+1 offsets into the data,
/// of which the last is its end; the data; N formats of eight bytes, in the words of Python's struct module; N codes of
/// one byte, which tell text from bytes and from everything else. Each item has a multiple of eight bytes in the data.
///
/// Python takes zero bytes at the end of a text for the room that is left. So spork's own blocks have a tail that
/// Python does not look at: a magic number, and for each item that ends in zero bytes its length and a checksum of its
/// room. When Python has written something else since, the checksum tells.

#include <spork/shareable_value.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace spork::detail {

struct ListLayout {
    /// Of new items.
    explicit ListLayout(const std::vector<ShareableValue>& values);

    /// Of a block that somebody else has filled. Throws TransferError when it is no list.
    explicit ListLayout(std::span<const std::byte> block);

    std::size_t count() const noexcept { return offsets.size() - 1; }
    std::size_t data_at(std::size_t item) const noexcept { return 8 * (count() + 2) + offsets[item]; }
    std::size_t room_of(std::size_t item) const noexcept { return offsets[item + 1] - offsets[item]; }
    std::size_t format_at(std::size_t item) const noexcept { return data_at(count()) + 8 * item; }
    std::size_t code_at(std::size_t item) const noexcept { return format_at(count()) + item; }

    /// Where CPython's part ends, and where the tail begins and ends.
    std::size_t size() const noexcept { return code_at(count()); }
    std::size_t tail() const noexcept { return (size() + 7) / 8 * 8; }
    std::size_t tail_size() const noexcept { return 8 * (count() + 1); }

    /// Writes numbers and offsets, and the magic number of the tail.
    void write_frame(std::span<std::byte> block) const;

    /// False when the value has no room there; nothing is changed then.
    bool write(std::span<std::byte> block, std::size_t item, const ShareableValue& value) const;

    /// Throws TransferError when what is there is no value.
    ShareableValue read(std::span<const std::byte> block, std::size_t item) const;

    std::string format(std::span<const std::byte> block, std::size_t item) const;

    std::vector<std::size_t> offsets;
    bool has_tail;
};

}  // namespace spork::detail
