#include "child_word.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string_view>

namespace spork::platform::win32 {

namespace {

// --spork-child=CONTROL,PARENT in hexadecimal, right behind the program's name.
constexpr std::string_view prefix = "--spork-child=";

void append_hex(std::wstring& out, RawHandle handle) {
    std::array<char, 16> digits;
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<std::uintptr_t>(handle), 16);
    out.append(digits.data(), end.ptr);
}

/// Reads one number up to `stop` (or the end of the text for '\0') and moves `text` behind it.
bool take_hex(std::string_view& text, char stop, RawHandle& handle) noexcept {
    std::uintptr_t value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value, 16);
    const bool complete = stop == '\0' ? read.ptr == end : read.ptr != end && *read.ptr == stop;
    if (read.ec != std::errc() || !complete) {
        return false;
    }
    handle = static_cast<RawHandle>(value);
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()) + (stop == '\0' ? 0 : 1));
    return true;
}

}  // namespace

std::wstring format_child_word(const ChildWord& word) {
    std::wstring text(prefix.begin(), prefix.end());
    append_hex(text, word.control);
    text += L',';
    append_hex(text, word.parent);
    return text;
}

std::optional<ChildWord> take_child_word(int& argc, char** argv) noexcept {
    if (argc < 2 || argv == nullptr) {
        return std::nullopt;
    }
    std::string_view text = argv[1];
    ChildWord word;
    if (!text.starts_with(prefix)) {
        return std::nullopt;
    }
    text.remove_prefix(prefix.size());
    if (!take_hex(text, ',', word.control) || !take_hex(text, '\0', word.parent)) {
        return std::nullopt;
    }
    std::copy(argv + 2, argv + argc + 1, argv + 1);  // the null pointer at the end included
    --argc;
    return word;
}

}  // namespace spork::platform::win32
