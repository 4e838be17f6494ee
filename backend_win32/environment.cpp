#include "environment.hpp"

#include "platform/host.hpp"
#include "text.hpp"
#include "windows_api.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

namespace spork::platform {

namespace win32 {

namespace {

constexpr std::string_view system_root = "SystemRoot";

std::wstring_view name_of(std::wstring_view entry) noexcept {
    return entry.substr(0, entry.find(L'=', 1));  // hidden entries such as =C:=C:\dir begin with the sign
}

/// The order of names: ordinal, without regard to case, as the system itself compares them.
int compare_names(std::wstring_view left, std::wstring_view right) noexcept {
    return CompareStringOrdinal(left.data(), static_cast<int>(left.size()), right.data(),
                                static_cast<int>(right.size()), TRUE) -
           CSTR_EQUAL;
}

bool same_name(std::wstring_view left, std::wstring_view right) noexcept {
    return compare_names(name_of(left), name_of(right)) == 0;
}

/// Every entry of this process, the hidden ones left out.
std::vector<std::wstring> own_entries() {
    const auto release = [](wchar_t* block) { FreeEnvironmentStringsW(block); };
    const std::unique_ptr<wchar_t, decltype(release)> block(GetEnvironmentStringsW(), release);
    std::vector<std::wstring> entries;
    const wchar_t* at = block.get();
    while (at != nullptr && *at != L'\0') {
        const std::wstring_view entry(at);
        if (entry.front() != L'=') {
            entries.emplace_back(entry);
        }
        at += entry.size() + 1;
    }
    return entries;
}

}  // namespace

std::wstring environment_block(std::span<const std::string> entries) {
    std::vector<std::wstring> wide;
    wide.reserve(entries.size() + 1);
    if (const std::string root = environment_variable(system_root.data()); !root.empty()) {
        wide.push_back(to_wide(std::string(system_root) + '=' + root));  // first, so that a given one replaces it
    }
    for (const std::string& entry : entries) {
        wide.push_back(to_wide(entry));
    }
    std::ranges::stable_sort(wide, [](const std::wstring& left, const std::wstring& right) {
        return compare_names(name_of(left), name_of(right)) < 0;
    });

    std::wstring block;
    for (std::size_t i = 0; i < wide.size(); ++i) {
        const bool replaced = i + 1 < wide.size() && same_name(wide[i], wide[i + 1]);
        if (!replaced && !wide[i].empty()) {
            block += wide[i];
            block += L'\0';
        }
    }
    if (block.empty()) {
        block += L'\0';
    }
    block += L'\0';
    return block;
}

}  // namespace win32

std::vector<std::string> environment() {
    std::vector<std::string> entries;
    for (const std::wstring& entry : win32::own_entries()) {
        entries.push_back(win32::to_utf8(entry));
    }
    return entries;
}

void replace_environment(std::span<const std::string> entries) {
    // The C runtime keeps a copy for getenv; _wputenv changes both. It cannot hold an empty value, so such a variable
    // exists for the system (and for children) only.
    for (const std::wstring& entry : win32::own_entries()) {
        const std::wstring name(win32::name_of(entry));
        _wputenv((name + L'=').c_str());
        SetEnvironmentVariableW(name.c_str(), nullptr);
    }
    for (const std::string& entry : entries) {
        const std::wstring wide = win32::to_wide(entry);
        const std::wstring name(win32::name_of(wide));
        if (name.size() >= wide.size()) {
            continue;  // not NAME=VALUE
        }
        _wputenv(wide.c_str());
        if (name.size() + 1 == wide.size()) {
            SetEnvironmentVariableW(name.c_str(), L"");
        }
    }
}

std::string environment_variable(const char* name) {
    const std::wstring wide_name = win32::to_wide(name);
    std::wstring value;
    DWORD needed = GetEnvironmentVariableW(wide_name.c_str(), nullptr, 0);
    while (needed > value.size()) {  // another thread may make it longer meanwhile
        value.resize(needed);
        needed = GetEnvironmentVariableW(wide_name.c_str(), value.data(), static_cast<DWORD>(value.size()));
    }
    value.resize(needed);
    return win32::to_utf8(value);
}

}  // namespace spork::platform
