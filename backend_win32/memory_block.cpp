/// \file
/// Plain memory as sections of the paging file. The name of such a section is an object of the kernel's, no file: it
/// goes with the last handle and view of it, however their process ends, so that there is nothing to count and nothing
/// to remove.

#include "platform/memory_block.hpp"

#include "error.hpp"
#include "text.hpp"
#include "windows_api.hpp"

#include <new>

namespace spork::platform {

namespace {

class MappedBlock final : public BlockView {
public:
    MappedBlock(void* data, std::size_t size) noexcept : data_(data), size_(size) {}
    MappedBlock(const MappedBlock&) = delete;
    MappedBlock& operator=(const MappedBlock&) = delete;
    ~MappedBlock() override { UnmapViewOfFile(data_); }

    std::byte* data() const noexcept override { return static_cast<std::byte*>(data_); }
    std::size_t size() const noexcept override { return size_; }

private:
    void* data_;
    std::size_t size_;
};

/// More than the machine has, on disk or not.
bool fits_no_machine(std::size_t size) noexcept {
    MEMORYSTATUSEX status{};
    status.dwLength = sizeof status;
    return GlobalMemoryStatusEx(&status) && size > status.ullTotalPageFile;
}

std::error_code error_of_name(DWORD number) noexcept {
    switch (number) {
        case ERROR_ALREADY_EXISTS:
        case ERROR_INVALID_HANDLE:  // the name is that of another kind of object
            return std::make_error_code(std::errc::file_exists);
        case ERROR_FILE_NOT_FOUND:
            return std::make_error_code(std::errc::no_such_file_or_directory);
        default:
            return win32::memory_error(number);
    }
}

/// A null name makes a section without one.
Result<Block> make_section(const wchar_t* name, std::size_t size) noexcept {
    if (fits_no_machine(size)) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
    const std::uint64_t whole = size;
    Handle section(win32::raw(CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE,
                                                 static_cast<DWORD>(whole >> 32), static_cast<DWORD>(whole), name)));
    const DWORD outcome = GetLastError();  // tells of a name that was taken, too
    if (!section || (name != nullptr && outcome == ERROR_ALREADY_EXISTS)) {
        return error_of_name(outcome);
    }
    return Block{std::move(section), Handle(), size, {}};
}

}  // namespace

Result<Block> make_block(std::size_t size) noexcept {
    return make_section(nullptr, size);
}

Result<Block> make_named_block(const std::string& name, std::size_t size) noexcept {
    return make_section(win32::to_wide(name).c_str(), size);
}

Result<Block> find_named_block(const std::string& name) noexcept {
    Handle section(win32::raw(OpenFileMappingW(FILE_MAP_READ | FILE_MAP_WRITE, FALSE, win32::to_wide(name).c_str())));
    if (!section) {
        return error_of_name(GetLastError());
    }
    const auto view = map_block(section.get(), 1);
    if (!view) {
        return view.error();
    }
    return Block{std::move(section), Handle(), (*view)->size(), {}};
}

std::error_code remove_block_name(const std::string&, const std::array<std::uint64_t, 2>&) noexcept {
    return {};
}

NameFate remove_unused_block_name(const std::string&, bool) noexcept {
    return NameFate::used;
}

std::string_view generated_name_prefix() noexcept {
    return "wnsm_";
}

Result<std::unique_ptr<BlockView>> map_block(RawHandle memory, std::size_t least) noexcept {
    const auto no_block = std::make_error_code(std::errc::bad_message);
    void* const data = MapViewOfFile(win32::native(memory), FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, 0);
    if (data == nullptr) {
        const DWORD error = GetLastError();
        return error == ERROR_ACCESS_DENIED || error == ERROR_INVALID_HANDLE ? no_block : win32::memory_error(error);
    }
    MEMORY_BASIC_INFORMATION pages{};
    const bool known = VirtualQuery(data, &pages, sizeof pages) != 0;
    std::unique_ptr<BlockView> view(new (std::nothrow) MappedBlock(data, known ? pages.RegionSize : 0));
    if (!view) {
        UnmapViewOfFile(data);
        return std::make_error_code(std::errc::not_enough_memory);
    }
    if (view->size() < least || pages.State != MEM_COMMIT) {
        return no_block;
    }
    return view;
}

}  // namespace spork::platform
