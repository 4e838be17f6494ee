/// \file
/// The first thing a child does: read from its command line what it was given.

#include "forkserver.hpp"
#include "name_keeper.hpp"
#include "posix_child.hpp"
#include "spawn.hpp"

#include "descriptor.hpp"

#include <fcntl.h>

#include <charconv>
#include <string_view>

namespace spork::platform {

namespace {

/// The numbers behind spork's word: control channel, lifeline, a descriptor to keep until the end, and whether the
/// child survives its parent.
struct Words {
    int control = -1;
    int parent_alive = -1;
    int keep = -1;
    int survive_parent = 0;
};

bool parse_numbers(std::string_view text, Words& words) noexcept {
    int* const fields[] = {&words.control, &words.parent_alive, &words.keep, &words.survive_parent};
    const char* at = text.data();
    const char* const end = at + text.size();
    for (int* field : fields) {
        const auto parsed = std::from_chars(at, end, *field);
        if (parsed.ec != std::errc()) {
            return false;
        }
        at = parsed.ptr;
        if (at != end && *at++ != ',') {
            return false;
        }
    }
    return at == end;
}

bool is_open(int descriptor) noexcept {
    return ::fcntl(descriptor, F_GETFD) >= 0;
}

/// Takes the word out of the command line when it is spork's; false when it is not.
bool take_word(int& argc, char** argv, std::string_view word, std::string_view& numbers) noexcept {
    if (argc < 2 || !std::string_view(argv[1]).starts_with(word)) {
        return false;
    }
    numbers = std::string_view(argv[1]).substr(word.size());
    for (int i = 1; i < argc; ++i) {
        argv[i] = argv[i + 1];
    }
    --argc;
    return true;
}

}  // namespace

Result<std::optional<ChildStart>> claim_child(int& argc, char** argv, PreloadRunner preload) noexcept {
    std::string_view numbers;
    const bool server = take_word(argc, argv, forkserver_word, numbers);
    const bool keeper = !server && take_word(argc, argv, keeper_word, numbers);
    if (!server && !keeper && !take_word(argc, argv, child_word, numbers)) {
        allow_keeper();
        return std::optional<ChildStart>();
    }
    Words words;
    if (!parse_numbers(numbers, words) || !is_open(words.control) || !is_open(words.parent_alive)) {
        return std::make_error_code(std::errc::bad_file_descriptor);
    }
    Handle control(words.control);
    Handle parent_alive(words.parent_alive);
    for (int number : {words.control, words.parent_alive, words.keep}) {
        if (number >= 0) {
            close_on_exec(number);
        }
    }
    if (keeper) {
        parent_alive.reset();
        Handle(words.keep).reset();
        serve_as_keeper(std::move(control));
    }
    if (words.keep >= 0) {
        keep_until_end(Handle(words.keep));
    }
    auto start = server ? serve_forks(std::move(control), std::move(parent_alive), preload, argc, argv)
                        : receive_start(std::move(control), std::move(parent_alive), words.survive_parent != 0);
    if (!start) {
        return start.error();
    }
    allow_keeper();
    return std::optional<ChildStart>(std::move(*start));
}

}  // namespace spork::platform
