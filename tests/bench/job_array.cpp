/// \file
/// Passing a shared array to children: nothing of it is copied, so that its size does not matter.

#include "job.hpp"
#include "kernel.hpp"
#include "measure.hpp"

#include <spork/spork.hpp>

#include <cstring>
#include <stdexcept>
#include <vector>

namespace bench {

namespace {

constexpr std::size_t kibibyte = 1024;
constexpr std::size_t mebibyte = 1024 * kibibyte;
constexpr int children_at_once = 4;

using Words = spork::Array<std::uint64_t>;

constexpr std::uint64_t answer_to(std::uint64_t word) {
    return word * 2 + 1;
}

/// Looks at its own word, and answers beside it.
void look(Words array, std::size_t at) {
    const std::span<std::uint64_t> words = array.get_obj();
    words[at + 1] = answer_to(words[at]);
}

/// Seconds that four children take which each have the array.
double pass(const Words& array, std::uint64_t round) {
    const std::span<std::uint64_t> words = array.get_obj();
    const std::size_t step = (words.size() - 2) / (children_at_once - 1);
    for (std::size_t i = 0; i < children_at_once; ++i) {
        words[i * step] = round + i;
    }
    const double all = seconds([&] {
        std::vector<spork::Process> children;
        for (std::size_t i = 0; i < children_at_once; ++i) {
            children.emplace_back(look, array, i * step).start();
        }
        for (spork::Process& child : children) {
            child.join();
        }
    });
    for (std::size_t i = 0; i < children_at_once; ++i) {
        if (words[i * step + 1] != answer_to(round + i)) {
            throw std::runtime_error("a child with an array saw or left something else in it");
        }
    }
    return all;
}

Side passing(const Words& array) {
    return {"spork", 5, [&array](int times) {
                Samples samples;
                for (int i = 0; i < times; ++i) {
                    samples.push_back(pass(array, static_cast<std::uint64_t>(i)));
                }
                return samples;
            }};
}

/// What it would take if each of them had a copy.
Side copying(const Words& array) {
    return {"memcpy", 1, [&array](int times) {
                const std::span<const std::uint64_t> words = array.get_obj();
                std::vector<std::uint64_t> copy(words.size());
                return repeat(times, [&] {
                    for (int i = 0; i < children_at_once; ++i) {
                        std::memcpy(copy.data(), words.data(), words.size_bytes());
                    }
                });
            }};
}

std::optional<double> milliseconds(std::optional<double> seconds) {
    return seconds ? std::optional(*seconds * 1e3) : std::nullopt;
}

Words array_of(std::size_t bytes) {
    return Words(bytes / sizeof(std::uint64_t));
}

void compare_sizes(const Options& options, Report& report) {
    const Words large = array_of(256 * mebibyte);
    const Words small = array_of(4 * kibibyte);
    const auto figures = take_turns({passing(large), passing(small)}, options.quick ? 9 : 41);
    // Apart: who comes after it finds nothing in the cache.
    const auto copies = take_turns({copying(large)}, options.quick ? 3 : 7);
    const std::string job = "an Array of 256 MiB to 4 children";
    const auto row = [&](const std::string& peer, std::optional<double> other, Goal goal = {}) {
        report.rows.push_back({job, peer, "ms", milliseconds(figures[0]), milliseconds(other), goal});
    };
    row("an Array of 4 KiB", figures[1], {Goal::Kind::ratio, 1.1});
    row("memcpy of as many copies", copies[0]);
}

void grow_array(const Options& options, Report& report) {
    std::vector<std::size_t> sizes{4 * kibibyte, mebibyte, 256 * mebibyte};
    if (!options.quick) {
        sizes = {4 * kibibyte, 64 * kibibyte, mebibyte, 16 * mebibyte, 256 * mebibyte, 1024 * mebibyte};
    }
    Curve curve{"an Array to 4 children", "size of the array", "ms", {}, {}, {{"spork", {}}}};
    for (const std::size_t size : sizes) {
        const Words array = array_of(size);
        const auto figures = take_turns({passing(array)}, options.quick ? 3 : 9);
        curve.at.push_back(static_cast<double>(size));
        curve.marks.push_back(bytes_text(size));
        curve.lines[0].values.push_back(milliseconds(figures[0]));
    }
    report.curves.push_back(std::move(curve));
}

}  // namespace

void run_array(const Options& options, Report& report) {
    compare_sizes(options, report);
    grow_array(options, report);
}

}  // namespace bench
