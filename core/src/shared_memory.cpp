#include <spork/shared_memory.hpp>

#include "memory_block.hpp"

#include <spork/error.hpp>
#include <spork/transferable.hpp>

#include <ostream>
#include <system_error>

namespace spork {

using detail::MemoryBlock;

void detail::throw_no_memory_size() {
    throw UsageError("new shared memory has a size of one byte or more");
}

SharedMemory::SharedMemory(const SharedMemoryOptions& options)
    : SharedMemory(!options.create        ? attach(options.name)
                   : options.name.empty() ? create(options.size)
                                          : create(options.size, options.name)) {}

SharedMemory SharedMemory::make(std::size_t size) {
    return SharedMemory(MemoryBlock::make(size));
}

SharedMemory SharedMemory::make_generated(std::size_t size) {
    return SharedMemory(MemoryBlock::make_generated(size, detail::random_block_name));
}

SharedMemory SharedMemory::make_named(const std::string& name, std::size_t size) {
    return SharedMemory(MemoryBlock::make_named(name, size));
}

SharedMemory SharedMemory::attach(const std::string& name) {
    return SharedMemory(MemoryBlock::find(name));
}

SharedMemory SharedMemory::find_or_make(const std::string& name, std::size_t size) {
    for (;;) {
        try {
            return attach(name);
        } catch (const std::system_error& error) {
            if (error.code() != std::errc::no_such_file_or_directory) {
                throw;
            }
        }
        try {
            return make_named(name, size);
        } catch (const std::system_error& error) {  // another process was faster, and attach finds its block
            if (error.code() != std::errc::file_exists) {
                throw;
            }
        }
    }
}

MemoryBlock& SharedMemory::block() const {
    if (!block_) {
        throw UsageError("this SharedMemory was moved to another variable");
    }
    return *block_;
}

std::span<std::byte> SharedMemory::buf() const {
    return block().bytes();
}

std::size_t SharedMemory::size() const {
    return block().size();
}

const std::string& SharedMemory::name() const {
    return block().name();
}

void SharedMemory::close() const {
    block().close();
}

bool SharedMemory::closed() const {
    return block().closed();
}

void SharedMemory::unlink() const {
    block().unlink();
}

bool SharedMemory::same(const SharedMemory& a, const SharedMemory& b) noexcept {
    return a.block_ == b.block_ || (a.block_ && b.block_ && a.block_->is(*b.block_));
}

std::ostream& operator<<(std::ostream& stream, const SharedMemory& memory) {
    const auto& name = memory.name();
    stream << "SharedMemory(";
    if (!name.empty()) {
        stream << '"' << name << "\", ";
    }
    return stream << "size=" << memory.size() << ')';
}

void Transfer<SharedMemory>::save(Writer& writer, const SharedMemory& value) {
    value.block().save(writer);
}

SharedMemory Transfer<SharedMemory>::load(Reader& reader) {
    return SharedMemory(MemoryBlock::load(reader));
}

}  // namespace spork
