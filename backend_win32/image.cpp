#include "platform/image.hpp"

#include "error.hpp"
#include "windows_api.hpp"

#include <psapi.h>

#include <cstring>
#include <exception>
#include <string>
#include <vector>

namespace spork::platform {

namespace {

using namespace win32;

/// The headers of an image as the loader mapped them.
class MappedHeaders {
public:
    explicit MappedHeaders(HMODULE module) noexcept : base_(reinterpret_cast<const std::byte*>(module)) {}

    const std::byte* base() const noexcept { return base_; }

    const IMAGE_NT_HEADERS64& nt() const noexcept { return at<IMAGE_NT_HEADERS64>(dos().e_lfanew); }

    /// The identity that the linker writes with debug information (and ld with --build-id): a GUID and a counter.
    /// Null when there is none.
    const std::byte* build_guid() const noexcept {
        const IMAGE_DATA_DIRECTORY& where = nt().OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_DEBUG];
        for (DWORD offset = 0; offset + sizeof(IMAGE_DEBUG_DIRECTORY) <= where.Size;
             offset += sizeof(IMAGE_DEBUG_DIRECTORY)) {
            const auto& entry = at<IMAGE_DEBUG_DIRECTORY>(where.VirtualAddress + offset);
            if (entry.Type == IMAGE_DEBUG_TYPE_CODEVIEW && entry.AddressOfRawData != 0 && entry.SizeOfData >= 20 &&
                std::memcmp(base_ + entry.AddressOfRawData, "RSDS", 4) == 0) {
                return base_ + entry.AddressOfRawData + 4;
            }
        }
        return nullptr;
    }

    /// FNV-1a over everything in the headers that the linker wrote and the loader leaves alone: names, sizes and places
    /// of the sections. Not over the code, in which the loader may relocate addresses.
    std::uint64_t digest() const noexcept {
        const auto* const bytes = reinterpret_cast<const unsigned char*>(IMAGE_FIRST_SECTION(&nt()));
        std::uint64_t value = 0xcbf29ce484222325;
        for (std::size_t i = 0; i < nt().FileHeader.NumberOfSections * sizeof(IMAGE_SECTION_HEADER); ++i) {
            value = (value ^ bytes[i]) * 0x100000001b3;
        }
        return value;
    }

private:
    const IMAGE_DOS_HEADER& dos() const noexcept { return at<IMAGE_DOS_HEADER>(0); }

    template <class Part>
    const Part& at(std::ptrdiff_t offset) const noexcept {
        return *reinterpret_cast<const Part*>(base_ + offset);
    }

    const std::byte* base_;
};

ImageId identity_of_image(const MappedHeaders& headers) noexcept {
    const IMAGE_NT_HEADERS64& nt = headers.nt();
    ImageId id{};
    std::byte* out = id.data();
    const auto put = [&out](const void* from, std::size_t size) {
        std::memcpy(out, from, size);
        out += size;
    };
    put(&nt.FileHeader.TimeDateStamp, 4);
    put(&nt.OptionalHeader.CheckSum, 4);
    if (const std::byte* const guid = headers.build_guid()) {
        put(guid, 16);
    } else {
        const std::uint64_t digest = headers.digest();
        put(&nt.OptionalHeader.SizeOfImage, 4);
        put(&nt.OptionalHeader.AddressOfEntryPoint, 4);
        put(&digest, 8);
    }
    return id;
}

Result<std::filesystem::path> path_of(HMODULE module) {
    std::wstring path(MAX_PATH, L'\0');
    for (;;) {
        const DWORD size = GetModuleFileNameW(module, path.data(), static_cast<DWORD>(path.size()));
        if (size == 0) {
            return last_error();
        }
        if (size < path.size()) {
            path.resize(size);
            return std::filesystem::path(std::move(path));
        }
        path.resize(path.size() * 2);  // it was cut
    }
}

Result<Image> describe(HMODULE module) {
    Result<std::filesystem::path> path = path_of(module);
    if (!path) {
        return path.error();
    }
    const MappedHeaders headers(module);
    Image image;
    image.base = headers.base();
    image.size = headers.nt().OptionalHeader.SizeOfImage;
    image.id = identity_of_image(headers);
    image.main = module == GetModuleHandleW(nullptr);
    image.path = std::move(*path);
    return image;
}

/// All images of this process; the list may grow while it is asked for.
Result<std::vector<HMODULE>> loaded_modules() {
    std::vector<HMODULE> modules(64);
    for (;;) {
        const auto room = static_cast<DWORD>(modules.size() * sizeof(HMODULE));
        DWORD needed = 0;
        if (!K32EnumProcessModules(GetCurrentProcess(), modules.data(), room, &needed)) {
            return last_error();
        }
        modules.resize(needed / sizeof(HMODULE));
        if (needed <= room) {
            return modules;
        }
    }
}

Result<Image> find(const ImageId& id) {
    const Result<std::vector<HMODULE>> modules = loaded_modules();
    if (!modules) {
        return modules.error();
    }
    for (const HMODULE module : *modules) {
        // Held while its headers are read: another thread may be unloading it.
        HMODULE held = nullptr;
        if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, reinterpret_cast<LPCWSTR>(module), &held)) {
            continue;
        }
        const bool found = identity_of_image(MappedHeaders(held)) == id;
        Result<Image> image = found ? describe(held) : Result<Image>(std::error_code());
        FreeLibrary(held);
        if (found) {
            return image;
        }
    }
    return std::make_error_code(std::errc::no_such_file_or_directory);
}

}  // namespace

Result<Image> main_image() noexcept {
    return image_at(GetModuleHandleW(nullptr));
}

Result<Image> image_at(const void* address) noexcept {
    constexpr DWORD flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    HMODULE module = nullptr;
    // For a null pointer Windows names the executable.
    if (address == nullptr || !GetModuleHandleExW(flags, static_cast<LPCWSTR>(address), &module)) {
        return std::make_error_code(std::errc::bad_address);
    }
    try {
        return describe(module);
    } catch (const std::exception&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

Result<Image> find_image(const ImageId& id) noexcept {
    try {
        return find(id);
    } catch (const std::exception&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

std::error_code load_image(const std::filesystem::path& path) noexcept {
    // Libraries that the plug-in needs are looked for beside it, as on the other systems by its run path.
    if (LoadLibraryExW(path.c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH) == nullptr) {
        return last_error();
    }
    return {};
}

Result<std::filesystem::path> executable_path() noexcept {
    try {
        return path_of(nullptr);
    } catch (const std::exception&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

}  // namespace spork::platform
