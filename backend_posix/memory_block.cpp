/// \file
/// Plain memory: anonymous, or as it is named here, mapped.

#include "platform/memory_block.hpp"

#include "anonymous_memory.hpp"
#include "descriptor.hpp"
#include "error.hpp"
#include "host_facts.hpp"
#include "name_keeper.hpp"
#include "named_memory.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <limits>
#include <new>

namespace spork::platform {

namespace {

class MappedBlock final : public BlockView {
public:
    MappedBlock(std::byte* data, std::size_t size) noexcept : data_(data), size_(size) {}
    MappedBlock(const MappedBlock&) = delete;
    MappedBlock& operator=(const MappedBlock&) = delete;
    ~MappedBlock() override { ::munmap(data_, size_); }

    std::byte* data() const noexcept override { return data_; }
    std::size_t size() const noexcept override { return size_; }

private:
    std::byte* data_;
    std::size_t size_;
};

bool fits_no_machine(std::size_t size) noexcept {
    return size > memory_of_machine() || size > static_cast<std::size_t>(std::numeric_limits<off_t>::max());
}

}  // namespace

Result<Block> make_block(std::size_t size) noexcept {
    if (fits_no_machine(size)) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
    auto memory = make_anonymous_memory();
    if (!memory) {
        return memory.error();
    }
    if (::ftruncate(descriptor(*memory), static_cast<off_t>(size)) < 0) {
        return last_error();
    }
    fix_size(descriptor(*memory));
    return Block{std::move(*memory), Handle(), size, {}};
}

Result<Block> make_named_block(const std::string& name, std::size_t size) noexcept {
    if (fits_no_machine(size)) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
    if (const auto error = keep_name(name)) {  // first: a process may be killed between any two steps
        return error;
    }
    auto block = make_named_memory(name, size);
    if (!block) {
        release_name(name);
    }
    return block;
}

Result<Block> find_named_block(const std::string& name) noexcept {
    return find_named_memory(name);
}

std::error_code remove_block_name(const std::string& name, const std::array<std::uint64_t, 2>& identity) noexcept {
    return remove_memory_name(name, identity);
}

NameFate remove_unused_block_name(const std::string& name, bool maker) noexcept {
    const NameFate fate = remove_unused_memory_name(name);
    if (maker) {
        release_name(name);
    }
    return fate;
}

std::string_view generated_name_prefix() noexcept {
    return "psm_";
}

Result<std::unique_ptr<BlockView>> map_block(RawHandle memory, std::size_t least) noexcept {
    const int file = static_cast<int>(memory);
    struct stat facts {};
    if (::fstat(file, &facts) < 0) {
        return last_error();
    }
    const auto size = static_cast<std::size_t>(facts.st_size);
    if (facts.st_size <= 0 || size < least) {
        return std::make_error_code(std::errc::bad_message);
    }
    void* const data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (data == MAP_FAILED) {
        return last_error();
    }
    std::unique_ptr<BlockView> view(new (std::nothrow) MappedBlock(static_cast<std::byte*>(data), size));
    if (!view) {
        ::munmap(data, size);
        return std::make_error_code(std::errc::not_enough_memory);
    }
    return view;
}

}  // namespace spork::platform
