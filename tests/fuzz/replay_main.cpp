// Runs every file of the corpus through its target, as it is, cut off at each length, and with each bit of its
// beginning turned: `fuzz_replay CORPUS`.

#include "targets.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#ifndef SPORK_FUZZ_TARGETS
#error "CMake says which targets this system has: {\"name\", function}, ..."
#endif

namespace {

void replay(void (*target)(fuzz::Bytes), const std::vector<char>& file) {
    std::vector<std::byte> bytes(file.size());
    for (std::size_t i = 0; i < file.size(); ++i) {
        bytes[i] = static_cast<std::byte>(file[i]);
    }
    target(bytes);
    constexpr std::size_t most = 256;
    for (std::size_t size = 0; size < bytes.size() && size < most; ++size) {
        target(fuzz::Bytes(bytes).first(size));
    }
    for (std::size_t bit = 0; bit < 8 * bytes.size() && bit < 8 * most; ++bit) {
        bytes[bit / 8] ^= std::byte{1} << bit % 8;
        target(bytes);
        bytes[bit / 8] ^= std::byte{1} << bit % 8;
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::map<std::string, void (*)(fuzz::Bytes)> targets{SPORK_FUZZ_TARGETS};
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
        return 2;
    }
    for (const auto& [name, target] : targets) {
        int files = 0;
        for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(argv[1]) / name)) {
            std::ifstream file(entry.path(), std::ios::binary);
            replay(target, {std::istreambuf_iterator<char>(file), {}});
            ++files;
        }
        std::printf("%s: %d files\n", name.c_str(), files);
        if (files == 0) {
            std::fprintf(stderr, "%s has no corpus\n", name.c_str());
            return 1;
        }
    }
    return 0;
}
