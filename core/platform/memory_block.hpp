#pragma once

/// \file
/// Plain memory that processes share, with or without a name. Nothing lies in it but what its users write: programs
/// that are not spork's find it by its name and see the same bytes.

#include "platform/handle.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace spork::platform {

/// Block is memory that somebody made. A name that spork gave goes away with the last user, however that one ends: a
/// process is a user as long as it holds the handles or has the block mapped. Users that are not spork's do not count.
struct Block {
    Handle memory;
    Handle users;          ///< what counts them, where the memory itself does not; travels along with it
    std::size_t size = 0;  ///< as asked for; of one that was found, whole pages where the system knows no better
    std::array<std::uint64_t, 2> identity{};  ///< tells it from a later one of the same name, where the system can
};

/// New memory without a name, `size` zero bytes. std::errc::not_enough_memory also when the machine has less.
Result<Block> make_block(std::size_t size) noexcept;

/// New memory with a name. Its pages are set aside now: no later touch of them fails.
/// std::errc::file_exists when the name is taken; no_space_on_device, not_enough_memory.
Result<Block> make_named_block(const std::string& name, std::size_t size) noexcept;

/// What has this name. std::errc::no_such_file_or_directory.
Result<Block> find_named_block(const std::string& name) noexcept;

/// Takes the name away; those who have the memory keep it. no_such_file_or_directory when the name stands for it no
/// more. Where names last exactly as long as what they name, nothing happens.
std::error_code remove_block_name(const std::string& name, const std::array<std::uint64_t, 2>& identity) noexcept;

/// What remove_unused_block_name found: somebody uses the block, spork has not named it, or the name is gone.
enum class NameFate : unsigned char { used, foreign, removed, gone };

/// To be called when this process has let go of the block with this name: takes the name away if that was the last
/// user. `maker` tells that this process has made the block.
NameFate remove_unused_block_name(const std::string& name, bool maker) noexcept;

/// How the generated names of CPython's blocks begin on this system.
std::string_view generated_name_prefix() noexcept;

/// A block as this process sees it.
class BlockView {
public:
    virtual ~BlockView() = default;
    virtual std::byte* data() const noexcept = 0;
    virtual std::size_t size() const noexcept = 0;  ///< at least the block's
};

/// Maps a block. std::errc::bad_message when the handle is none of at least `least` bytes.
Result<std::unique_ptr<BlockView>> map_block(RawHandle memory, std::size_t least) noexcept;

}  // namespace spork::platform
