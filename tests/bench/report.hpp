#pragma once

/// \file
/// What a run of the benchmarks found, and the three forms in which it is written.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bench {

/// What a comparison has to reach. `limit` bounds spork's figure divided by the peer's, what it has above the peer's, or
/// the figure itself.
struct Goal {
    enum class Kind { none, ratio, above_peer, figure } kind = Kind::none;
    double limit = 0;
};

/// One comparison: spork's figure and a peer's, both in `unit`. A figure that this machine cannot give is empty.
struct Row {
    std::string job;
    std::string peer;
    std::string unit;
    std::optional<double> spork;
    std::optional<double> peer_value;
    Goal goal = {};
};

std::optional<double> ratio(const Row& row);

/// Empty when a figure is missing. A row without a goal has nothing to miss.
std::optional<bool> met(const Row& row);

/// "<= 2 x", "<= peer + 1.5 MiB", "< 1 ms"; empty for none.
std::string goal_text(const Row& row);

/// How figures grow with something. The first line is spork's; the others are peers'.
struct Curve {
    struct Line {
        std::string name;
        std::vector<std::optional<double>> values;  ///< one for each mark
    };
    std::string job;
    std::string axis;  ///< what grows
    std::string unit;
    std::vector<double> at;          ///< where on the axis
    std::vector<std::string> marks;  ///< the same in words
    std::vector<Line> lines;
    std::string note = {};  ///< why it bends where it does
};

struct Report {
    std::string machine;  ///< how many processors, and how many of them were busy with other work
    std::vector<Row> rows;
    std::vector<Curve> curves;
};

/// The curves' points as comparisons without a goal.
std::vector<Row> curve_rows(const Curve& curve);

/// Three significant digits.
std::string number_text(double number);

/// "64 B", "48 KiB", "4 GiB": the largest unit that leaves no remainder.
std::string bytes_text(std::uint64_t bytes);

/// "yes", "NO", "unknown" when a figure is missing; "-" for a row without a goal.
std::string met_text(const Row& row);

void print_table(const Report& report);
void write_json(const Report& report, const std::filesystem::path& file);
void write_svg(const Report& report, const std::filesystem::path& file);

}  // namespace bench
