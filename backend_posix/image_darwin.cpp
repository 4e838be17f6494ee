/// \file
/// Images as dyld lists them; identity from the Mach-O UUID.

#include "platform/image.hpp"

#include "error.hpp"

#include <dlfcn.h>
#include <mach-o/dyld.h>
#include <mach-o/loader.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string>

namespace spork::platform {

namespace {

/// Where the load commands of an image lead: its extent and its UUID.
Image describe(const mach_header_64* header, std::uint32_t index) {
    Image image;
    image.base = reinterpret_cast<const std::byte*>(header);
    image.main = header->filetype == MH_EXECUTE;
    const auto* command = reinterpret_cast<const load_command*>(header + 1);
    std::uint64_t low = UINT64_MAX;
    std::uint64_t high = 0;
    for (std::uint32_t i = 0; i < header->ncmds; ++i) {
        if (command->cmd == LC_UUID) {
            const auto* uuid = reinterpret_cast<const uuid_command*>(command);
            std::memcpy(image.id.data(), uuid->uuid, sizeof uuid->uuid);
        } else if (command->cmd == LC_SEGMENT_64) {
            const auto* segment = reinterpret_cast<const segment_command_64*>(command);
            if (std::strcmp(segment->segname, SEG_PAGEZERO) != 0) {
                low = std::min(low, segment->vmaddr);
                high = std::max(high, segment->vmaddr + segment->vmsize);
            }
        }
        command = reinterpret_cast<const load_command*>(reinterpret_cast<const std::byte*>(command) + command->cmdsize);
    }
    image.size = high > low ? high - low : 0;
    const char* name = _dyld_get_image_name(index);
    image.path = std::filesystem::absolute(name ? name : "");
    return image;
}

template <class Wanted>
Result<Image> search_images(Wanted wanted, std::errc failure) noexcept {
    try {
        for (std::uint32_t i = 0; i < _dyld_image_count(); ++i) {
            const auto* header = reinterpret_cast<const mach_header_64*>(_dyld_get_image_header(i));
            if (!header) {
                continue;
            }
            Image image = describe(header, i);
            if (wanted(image)) {
                return image;
            }
        }
        return std::make_error_code(failure);
    } catch (const std::exception&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

}  // namespace

Result<Image> main_image() noexcept {
    return search_images([](const Image& image) { return image.main; }, std::errc::bad_address);
}

Result<Image> image_at(const void* address) noexcept {
    Dl_info info;
    if (::dladdr(address, &info) == 0) {
        return std::make_error_code(std::errc::bad_address);
    }
    return search_images([&info](const Image& image) { return image.base == info.dli_fbase; }, std::errc::bad_address);
}

Result<Image> find_image(const ImageId& id) noexcept {
    return search_images([&id](const Image& image) { return image.id == id; }, std::errc::no_such_file_or_directory);
}

std::error_code load_image(const std::filesystem::path& path) noexcept {
    if (::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE)) {
        return {};
    }
    return ::access(path.c_str(), R_OK) == 0 ? std::make_error_code(std::errc::executable_format_error) : last_error();
}

Result<std::filesystem::path> executable_path() noexcept {
    try {
        char buffer[PATH_MAX];
        std::uint32_t size = sizeof buffer;
        if (_NSGetExecutablePath(buffer, &size) != 0) {
            return std::make_error_code(std::errc::filename_too_long);
        }
        return std::filesystem::canonical(buffer);
    } catch (const std::exception&) {
        return std::make_error_code(std::errc::no_such_file_or_directory);
    }
}

}  // namespace spork::platform
