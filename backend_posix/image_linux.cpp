/// \file
/// Images as the dynamic linker lists them; identity from the GNU build id.

#include "platform/image.hpp"

#include "error.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <fstream>
#include <string>

namespace spork::platform {

namespace {

/// One pass over the loaded images: the first that `wanted` accepts, as an Image without a path.
struct Search {
    bool (*wanted)(const Image& image, const void* argument);
    const void* argument;
    Image found;
    std::string name;
    bool first = true;
    bool success = false;
};

/// The build id of an image; false when its notes hold none.
bool build_id(const dl_phdr_info& info, ImageId& id) noexcept {
    for (int i = 0; i < info.dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = info.dlpi_phdr[i];
        if (segment.p_type != PT_NOTE) {
            continue;
        }
        const auto* at = reinterpret_cast<const std::byte*>(info.dlpi_addr + segment.p_vaddr);
        const auto* end = at + segment.p_memsz;
        const std::size_t alignment = segment.p_align == 8 ? 8 : 4;
        const auto aligned = [alignment](std::size_t size) { return (size + alignment - 1) & ~(alignment - 1); };
        while (end - at >= static_cast<std::ptrdiff_t>(sizeof(ElfW(Nhdr)))) {
            ElfW(Nhdr) note;
            std::memcpy(&note, at, sizeof note);
            const std::size_t description = sizeof note + aligned(note.n_namesz);
            const std::size_t size = description + aligned(note.n_descsz);
            if (size > static_cast<std::size_t>(end - at)) {
                break;
            }
            if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(at + sizeof note, "GNU", 4) == 0) {
                std::memcpy(id.data(), at + description, std::min<std::size_t>(note.n_descsz, id.size()));
                return true;
            }
            at += size;
        }
    }
    return false;
}

/// What stands in for a build id: a digest of the code, which is the same exactly when the functions are.
void code_digest(const dl_phdr_info& info, ImageId& id) noexcept {
    std::uint64_t lanes[3] = {0xcbf29ce484222325, 0x9e3779b97f4a7c15, 0};
    for (int i = 0; i < info.dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = info.dlpi_phdr[i];
        if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0) {
            continue;
        }
        const auto* at = reinterpret_cast<const std::byte*>(info.dlpi_addr + segment.p_vaddr);
        lanes[2] += segment.p_memsz;
        for (std::size_t offset = 0; offset + 8 <= segment.p_memsz; offset += 8) {
            std::uint64_t word;
            std::memcpy(&word, at + offset, sizeof word);
            lanes[0] = (lanes[0] ^ word) * 0x100000001b3;
            lanes[1] = (lanes[1] + word) * 0xff51afd7ed558ccd;
        }
    }
    static_assert(sizeof lanes == sizeof id);
    std::memcpy(id.data(), lanes, sizeof lanes);
}

int examine(dl_phdr_info* info, std::size_t, void* context) noexcept {
    auto& search = *static_cast<Search*>(context);
    Image image;
    image.main = std::exchange(search.first, false);  // the list begins with the executable
    ElfW(Addr) low = ~ElfW(Addr){0};
    ElfW(Addr) high = 0;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = info->dlpi_phdr[i];
        if (segment.p_type == PT_LOAD) {
            low = std::min(low, segment.p_vaddr);
            high = std::max(high, segment.p_vaddr + segment.p_memsz);
        }
    }
    if (low >= high) {
        return 0;
    }
    image.base = reinterpret_cast<const std::byte*>(info->dlpi_addr + low);
    image.size = high - low;
    if (!build_id(*info, image.id)) {
        code_digest(*info, image.id);
    }
    if (!search.wanted(image, search.argument)) {
        return 0;
    }
    search.name = info->dlpi_name;
    search.found = std::move(image);
    search.success = true;
    return 1;
}

/// The file mapped at an address. A library that was loaded by a relative name may no longer be found by that name.
std::filesystem::path mapped_file(const void* address) {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        unsigned long low = 0;
        unsigned long high = 0;
        const auto at = reinterpret_cast<unsigned long>(address);
        if (std::sscanf(line.c_str(), "%lx-%lx", &low, &high) == 2 && at >= low && at < high) {
            const auto slash = line.find('/');
            return slash == std::string::npos ? std::filesystem::path() : std::filesystem::path(line.substr(slash));
        }
    }
    return {};
}

Result<Image> search_images(bool (*wanted)(const Image&, const void*), const void* argument, std::errc failure) noexcept {
    try {
        Search search{wanted, argument, {}, {}};
        ::dl_iterate_phdr(examine, &search);
        if (!search.success) {
            return std::make_error_code(failure);
        }
        if (search.found.main) {
            const auto path = executable_path();
            search.found.path = path ? *path : std::filesystem::path();
        } else {
            search.found.path = search.name.starts_with('/') ? std::filesystem::path(search.name)
                                                             : mapped_file(search.found.base);
        }
        return search.found;
    } catch (const std::exception&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

}  // namespace

Result<Image> main_image() noexcept {
    return search_images([](const Image& image, const void*) { return image.main; }, nullptr, std::errc::bad_address);
}

Result<Image> image_at(const void* address) noexcept {
    return search_images(
        [](const Image& image, const void* wanted) {
            const auto* at = static_cast<const std::byte*>(wanted);
            return at >= image.base && at < image.base + image.size;
        },
        address, std::errc::bad_address);
}

Result<Image> find_image(const ImageId& id) noexcept {
    return search_images(
        [](const Image& image, const void* wanted) { return image.id == *static_cast<const ImageId*>(wanted); }, &id,
        std::errc::no_such_file_or_directory);
}

std::error_code load_image(const std::filesystem::path& path) noexcept {
    if (::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE)) {
        return {};
    }
    return ::access(path.c_str(), R_OK) == 0 ? std::make_error_code(std::errc::executable_format_error) : last_error();
}

Result<std::filesystem::path> executable_path() noexcept {
    try {
        std::error_code error;
        auto path = std::filesystem::read_symlink("/proc/self/exe", error);
        if (error) {
            return error;
        }
        return path;
    } catch (const std::exception&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

}  // namespace spork::platform
