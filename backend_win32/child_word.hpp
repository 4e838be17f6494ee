#pragma once

/// \file
/// The word on a child's command line by which it knows what it is and which handles it inherited.

#include "windows_api.hpp"

#include <optional>
#include <string>

namespace spork::platform::win32 {

/// Inherited handles have the same value in the child.
struct ChildWord {
    RawHandle control = no_handle;
    RawHandle parent = no_handle;
};

std::wstring format_child_word(const ChildWord& word);

/// Takes the word out of the arguments; empty when they begin with none.
std::optional<ChildWord> take_child_word(int& argc, char** argv) noexcept;

}  // namespace spork::platform::win32
