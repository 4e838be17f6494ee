#include "platform/file.hpp"

#include "error.hpp"
#include "windows_api.hpp"

#include <algorithm>

namespace spork::platform {

namespace {

using namespace win32;

/// POSIX lets others read, write, rename and remove an open file; so do we.
constexpr DWORD share_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

/// The most that one read or write call moves; far below the DWORD limit, large enough not to be seen.
constexpr std::size_t one_call = 1 << 26;

Result<Handle> open(const wchar_t* path, DWORD access, DWORD disposition) noexcept {
    const HANDLE file = CreateFileW(path, access, share_all, nullptr, disposition, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE) {
        return last_error();
    }
    return Handle(raw(file));
}

DWORD length_of_call(std::size_t size) noexcept {
    return static_cast<DWORD>(std::min(size, one_call));
}

}  // namespace

Result<Handle> open_file(const std::filesystem::path& path, FileMode mode) noexcept {
    switch (mode) {
        case FileMode::read:
            return open(path.c_str(), GENERIC_READ, OPEN_EXISTING);
        case FileMode::truncate:
            return open(path.c_str(), GENERIC_WRITE, CREATE_ALWAYS);
        case FileMode::append:
            // With the right to append and none to write, the system itself puts every write at the end.
            return open(path.c_str(), FILE_APPEND_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE, OPEN_ALWAYS);
    }
    return std::make_error_code(std::errc::invalid_argument);
}

Result<Handle> open_null() noexcept {
    return open(L"NUL", GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING);
}

Result<BytePipe> make_byte_pipe() noexcept {
    HANDLE reader = nullptr;
    HANDLE writer = nullptr;
    if (!CreatePipe(&reader, &writer, nullptr, 0)) {
        return last_error();
    }
    return BytePipe{Handle(raw(reader)), Handle(raw(writer))};
}

Result<std::size_t> read_some(RawHandle file, std::span<std::byte> out) noexcept {
    for (;;) {
        DWORD taken = 0;
        if (!ReadFile(native(file), out.data(), length_of_call(out.size()), &taken, nullptr)) {
            const DWORD error = GetLastError();
            if (error == ERROR_HANDLE_EOF || means_gone(error)) {
                return std::size_t{0};
            }
            return windows_error(error);
        }
        // A pipe reports a write of no bytes as a read of none; that is not its end.
        if (taken != 0 || out.empty() || GetFileType(native(file)) != FILE_TYPE_PIPE) {
            return std::size_t{taken};
        }
    }
}

std::error_code write_all(RawHandle file, std::span<const std::byte> data) noexcept {
    while (!data.empty()) {
        DWORD written = 0;
        if (!WriteFile(native(file), data.data(), length_of_call(data.size()), &written, nullptr)) {
            return send_error(GetLastError());
        }
        data = data.subspan(written);
    }
    return {};
}

}  // namespace spork::platform
