// Windows hands a process one string; the C runtime of the child takes it apart. Its rules: white space separates,
// quotes group (and keep a runtime that expands wildcards from doing so), and backslashes mean themselves, except in
// front of a quote: there two make one, and an odd one makes the quote a character.

#include "command_line.hpp"

namespace spork::platform::win32 {

void append_program(std::wstring& line, std::wstring_view program) {
    line += L'"';
    line += program;
    line += L'"';
}

void append_argument(std::wstring& line, std::wstring_view argument) {
    line += L' ';
    if (!argument.empty() && argument.find_first_of(L" \t\n\v\"*?") == std::wstring_view::npos) {
        line += argument;
        return;
    }
    line += L'"';
    std::size_t backslashes = 0;
    for (const wchar_t unit : argument) {
        if (unit == L'\\') {
            ++backslashes;
        } else {
            if (unit == L'"') {
                line.append(backslashes + 1, L'\\');
            }
            backslashes = 0;
        }
        line += unit;
    }
    line.append(backslashes, L'\\');  // those in front of the closing quote
    line += L'"';
}

}  // namespace spork::platform::win32
