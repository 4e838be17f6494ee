#pragma once

/// \file
/// A block of plain memory as this process has it.

#include <spork/archive.hpp>

#include "platform/memory_block.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>

namespace spork::detail {

/// Names for new blocks, one after the other.
using NameGenerator = std::function<std::string()>;

/// MemoryBlock is one block, mapped, until it is closed. Its name is taken away when this was the last process that
/// used it.
class MemoryBlock {
public:
    /// New memory without a name. All of them throw std::system_error that names the block.
    static std::shared_ptr<MemoryBlock> make(std::size_t size);
    static std::shared_ptr<MemoryBlock> make_named(const std::string& name, std::size_t size);
    static std::shared_ptr<MemoryBlock> find(const std::string& name);

    /// The first of these names that is free.
    static std::shared_ptr<MemoryBlock> make_generated(std::size_t size, const NameGenerator& next_name);

    /// What came in a message. Throws TransferError when it is no such block.
    static std::shared_ptr<MemoryBlock> load(Reader& reader);
    void save(Writer& writer) const;

    /// What a block is known by.
    struct Facts {
        std::string name;
        std::uint64_t number = 0;  ///< random, the same in every process; 0 for one that was found by its name
        std::size_t size = 0;
        std::array<std::uint64_t, 2> identity{};  ///< the system's
    };

    /// Maps it. `users` is null where the memory itself counts them; `maker` tells that this process has made it.
    MemoryBlock(Facts facts, std::shared_ptr<OwnedHandle> memory, std::shared_ptr<OwnedHandle> users, bool maker);
    MemoryBlock(const MemoryBlock&) = delete;
    MemoryBlock& operator=(const MemoryBlock&) = delete;
    ~MemoryBlock();

    std::span<std::byte> bytes() const;
    std::size_t size() const noexcept { return facts_.size; }
    const std::string& name() const noexcept { return facts_.name; }
    bool is(const MemoryBlock& other) const noexcept;
    bool closed() const noexcept { return view_ == nullptr; }

    void close() noexcept;
    void unlink();

private:
    std::string described() const;

    Facts facts_;
    bool maker_;
    std::shared_ptr<OwnedHandle> memory_;
    std::shared_ptr<OwnedHandle> users_;
    std::unique_ptr<platform::BlockView> view_;
    std::mutex closing_;
    bool named_at_close_ = false;  ///< nobody had unlinked it before this process closed it
};

/// Python's: a short prefix and eight random digits.
std::string random_block_name();

}  // namespace spork::detail
