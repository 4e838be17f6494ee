#include "seam_system.hpp"

#include <dlfcn.h>
#include <fcntl.h>

namespace seam {

std::vector<spork::platform::Handle> open_inheritable(int count) {
    std::vector<spork::platform::Handle> opened;
    for (int i = 0; i < count; ++i) {
        opened.emplace_back(spork::platform::RawHandle{::open("/dev/null", O_RDONLY)});
    }
    return opened;
}

std::vector<std::string> command_line(int argc, char** argv) {
    return {argv, argv + argc};
}

int call_in_library(const std::string& path, const char* function) {
    void* const library = ::dlopen(path.c_str(), RTLD_NOW);
    void* const address = library ? ::dlsym(library, function) : nullptr;
    return address ? reinterpret_cast<int (*)()>(address)() : -1;
}

}  // namespace seam
