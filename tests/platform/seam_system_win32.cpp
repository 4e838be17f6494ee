#include "seam_system.hpp"

#include <windows.h>

#include <shellapi.h>

#include <utility>

namespace seam {

std::vector<spork::platform::Handle> open_inheritable(int count) {
    SECURITY_ATTRIBUTES inheritable{sizeof inheritable, nullptr, TRUE};
    std::vector<spork::platform::Handle> opened;
    for (int i = 0; i < count; ++i) {
        opened.emplace_back(reinterpret_cast<spork::platform::RawHandle>(
            CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ, &inheritable, OPEN_EXISTING, 0, nullptr)));
    }
    return opened;
}

std::vector<std::string> command_line(int, char**) {
    int count = 0;
    wchar_t** const words = CommandLineToArgvW(GetCommandLineW(), &count);
    std::vector<std::string> arguments;
    for (int i = 0; i < count; ++i) {
        const int size = WideCharToMultiByte(CP_UTF8, 0, words[i], -1, nullptr, 0, nullptr, nullptr);
        std::string word(static_cast<std::size_t>(size), '\0');
        WideCharToMultiByte(CP_UTF8, 0, words[i], -1, word.data(), size, nullptr, nullptr);
        word.pop_back();  // the end that was counted
        arguments.push_back(std::move(word));
    }
    LocalFree(words);
    return arguments;
}

int call_in_library(const std::string& path, const char* function) {
    const HMODULE library = LoadLibraryA(path.c_str());
    const FARPROC address = library ? GetProcAddress(library, function) : nullptr;
    return address ? reinterpret_cast<int (*)()>(reinterpret_cast<void*>(address))() : -1;
}

}  // namespace seam
