#include "output.hpp"

#include "platform/host.hpp"

#include <iostream>
#include <streambuf>

namespace spork::detail {

namespace {

struct Buffers {
    std::streambuf* out = nullptr;
    std::streambuf* log = nullptr;
};
Buffers at_start;

/// Whether the C streams hold all that was written to a stream, as is so until a program asks for something else. Then
/// they alone need to be flushed: a child that does nothing notices the difference.
bool passes_on(std::streambuf* buffer, std::streambuf* original) noexcept {
    struct Inside : std::streambuf {
        static bool is_empty(std::streambuf& of) noexcept {
            return (of.*(&Inside::pptr))() == (of.*(&Inside::pbase))();
        }
    };
    return buffer && buffer == original && Inside::is_empty(*buffer);
}

void flush(std::ostream& stream, std::streambuf* original) noexcept {
    try {
        if (!passes_on(stream.rdbuf(), original)) {
            stream.flush();
        }
    } catch (...) {
        // The program asked for exceptions from a stream that cannot be written; nobody is there to catch it.
    }
}

}  // namespace

void remember_output() noexcept {
    at_start = {std::cout.rdbuf(), std::clog.rdbuf()};
}

void flush_output() noexcept {
    flush(std::cout, at_start.out);
    flush(std::clog, at_start.log);
    platform::flush_streams();
}

}  // namespace spork::detail
