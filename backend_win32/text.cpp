#include "text.hpp"

#include "windows_api.hpp"

namespace spork::platform::win32 {

namespace {

std::wstring decode(std::string_view text, UINT code_page, DWORD flags) {
    const int size = MultiByteToWideChar(code_page, flags, text.data(), static_cast<int>(text.size()), nullptr, 0);
    std::wstring wide(static_cast<std::size_t>(size), L'\0');
    MultiByteToWideChar(code_page, flags, text.data(), static_cast<int>(text.size()), wide.data(), size);
    return wide;
}

}  // namespace

std::wstring to_wide(std::string_view text) {
    if (text.empty()) {
        return {};
    }
    std::wstring wide = decode(text, CP_UTF8, MB_ERR_INVALID_CHARS);
    return wide.empty() ? decode(text, CP_ACP, 0) : wide;
}

std::string to_utf8(std::wstring_view text) {
    if (text.empty()) {
        return {};
    }
    const int length = static_cast<int>(text.size());
    const int size = WideCharToMultiByte(CP_UTF8, 0, text.data(), length, nullptr, 0, nullptr, nullptr);
    std::string utf8(static_cast<std::size_t>(size), '\0');
    WideCharToMultiByte(CP_UTF8, 0, text.data(), length, utf8.data(), size, nullptr, nullptr);
    return utf8;
}

}  // namespace spork::platform::win32
