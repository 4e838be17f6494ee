#include "inherited.hpp"

#include <windows.h>

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

int call_in_library(const std::string& path, const char* function) {
    const HMODULE library = LoadLibraryA(path.c_str());
    const FARPROC address = library ? GetProcAddress(library, function) : nullptr;
    return address ? reinterpret_cast<int (*)()>(reinterpret_cast<void*>(address))() : -1;
}

}  // namespace seam
