#include <spork/shared_array.hpp>

#include <spork/error.hpp>

#include <string>

namespace spork::detail {

void throw_negative_count(std::intmax_t count) {
    throw UsageError("an array cannot have " + std::to_string(count) + " elements");
}

void throw_index(std::size_t index, std::size_t size) {
    // Nobody has an array so large: it was a negative number.
    const bool negative = index > SIZE_MAX / 2;
    throw UsageError("index " +
                     (negative ? std::to_string(static_cast<std::ptrdiff_t>(index)) : std::to_string(index)) +
                     " is out of range: the array has " + std::to_string(size) + " elements");
}

void throw_other_size(std::size_t given, std::size_t size) {
    throw UsageError("cannot replace the " + std::to_string(size) + " elements of an array by " +
                     std::to_string(given));
}

void throw_text_too_long(std::size_t given, std::size_t size) {
    throw UsageError("a text of " + std::to_string(given) + " characters does not fit into an array of " +
                     std::to_string(size));
}

}  // namespace spork::detail
