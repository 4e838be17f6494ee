// The child's half of a launch: launcher.cpp is the other.

#include "child_word.hpp"
#include "error.hpp"
#include "fatal_exit.hpp"
#include "parent_watch.hpp"
#include "platform/launcher.hpp"
#include "process_identity.hpp"
#include "windows_api.hpp"

#include <optional>
#include <utility>

namespace spork::platform {

namespace {

using namespace win32;

/// Whether the word names handles that a parent of ours left here; anybody can type such a word.
std::error_code check(const ChildWord& word) noexcept {
    if (GetFileType(native(word.control)) != FILE_TYPE_PIPE) {
        return std::make_error_code(std::errc::bad_file_descriptor);
    }
    return identity_of(native(word.parent)).error();
}

}  // namespace

Result<std::optional<ChildStart>> claim_child(int& argc, char** argv, PreloadRunner) noexcept {
    const std::optional<ChildWord> word = take_child_word(argc, argv);
    if (!word) {
        return std::optional<ChildStart>();
    }
    install_fatal_exits();
    if (const std::error_code error = check(*word)) {
        return error;
    }
    // What this process starts must not inherit them in turn.
    SetHandleInformation(native(word->control), HANDLE_FLAG_INHERIT, 0);
    SetHandleInformation(native(word->parent), HANDLE_FLAG_INHERIT, 0);
    remember_parent(word->parent);

    ChildStart start;
    start.control = Handle(word->control);
    const Result<RawHandle> parent_alive = duplicate_handle(word->parent, HandleKind::object);
    if (!parent_alive) {
        return parent_alive.error();
    }
    start.parent_alive = Handle(*parent_alive);
    if (const std::error_code error = channel_receive(start.control.get(), start.record, {})) {
        return error;
    }
    return std::optional<ChildStart>(std::move(start));
}

}  // namespace spork::platform
