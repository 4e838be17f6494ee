#pragma once

/// \file
/// UTF-8 on spork's side, UTF-16 on the system's.

#include <string>
#include <string_view>

namespace spork::platform::win32 {

/// Bytes that are not UTF-8 are taken to be in the system's ANSI code page: that is what the C runtime hands to
/// main(int, char**), and so what a program passes on.
std::wstring to_wide(std::string_view text);

/// Unpaired surrogates become U+FFFD.
std::string to_utf8(std::wstring_view text);

}  // namespace spork::platform::win32
