#pragma once

/// \file
/// One command line out of many arguments.

#include <span>
#include <string>
#include <string_view>

namespace spork::platform::win32 {

/// The most UTF-16 units that CreateProcess takes, the final zero included.
inline constexpr std::size_t command_line_limit = 32767;

/// Appends the name of the program. It follows rules of its own: a quote begins and ends it, a backslash means itself.
void append_program(std::wstring& line, std::wstring_view program);

/// Appends an argument so that CommandLineToArgvW and the C runtimes give it back unchanged.
void append_argument(std::wstring& line, std::wstring_view argument);

}  // namespace spork::platform::win32
