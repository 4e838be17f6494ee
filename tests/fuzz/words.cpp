#include "targets.hpp"

#include "platform/launcher.hpp"

#include <fcntl.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace fuzz {

namespace {

constexpr const char* digits = "0123456789";

/// Whether the first two numbers in the text are open descriptors: claim_child would take them, and they are not its own.
bool names_descriptors(const std::string& text) {
    constexpr unsigned long too_large = 1 << 20;
    int open = 0;
    std::size_t at = text.find_first_of(digits);
    for (int number = 0; number < 2 && at != std::string::npos; ++number) {
        const unsigned long value = std::strtoul(text.c_str() + at, nullptr, 10);
        open += value < too_large && ::fcntl(static_cast<int>(value), F_GETFD) != -1 ? 1 : 0;
        const std::size_t end = text.find_first_not_of(digits, at);
        at = end == std::string::npos ? end : text.find_first_of(digits, end);
    }
    return open == 2;
}

}  // namespace

void words(Bytes input) {
    std::vector<std::string> texts{"program"};
    std::string text;
    for (const std::byte byte : input) {
        if (byte == std::byte{0}) {
            texts.push_back(std::move(text));
            text.clear();
        } else {
            text += static_cast<char>(byte);
        }
    }
    texts.push_back(text);
    std::vector<char*> argv;
    for (std::string& word : texts) {
        if (names_descriptors(word)) {
            return;
        }
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    int argc = static_cast<int>(texts.size());
    const auto claimed = spork::platform::claim_child(argc, argv.data(), [](std::span<const std::byte>, int, char**) noexcept {});
    const int taken = static_cast<int>(texts.size()) - argc;
    if ((claimed && *claimed) || taken < 0 || taken > 1 || argv[static_cast<std::size_t>(argc)] != nullptr) {
        std::abort();  // nobody has started us, and at most one word is spork's
    }
}

}  // namespace fuzz
