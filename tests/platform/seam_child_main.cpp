// The child of the launchers' tests, when it is a program of its own.

#include "seam_child.hpp"

int main(int argc, char** argv) {
    auto start = spork::platform::claim_child(argc, argv, [](std::span<const std::byte>, int, char**) noexcept {});
    if (!start || !*start) {
        return 98;  // nobody starts it otherwise
    }
    seam::keep_arguments(argc, argv);
    seam::obey(std::move(**start));
}
