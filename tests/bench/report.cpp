#include "report.hpp"

#include <cstdio>
#include <iterator>

namespace bench {

std::optional<double> ratio(const Row& row) {
    if (!row.spork || !row.peer_value || *row.peer_value == 0) {
        return std::nullopt;
    }
    return *row.spork / *row.peer_value;
}

std::optional<bool> met(const Row& row) {
    if (!row.spork) {
        return std::nullopt;
    }
    switch (row.goal.kind) {
        case Goal::Kind::none:
            return true;
        case Goal::Kind::figure:
            return *row.spork < row.goal.limit;
        case Goal::Kind::above_peer:
            return row.peer_value ? std::optional(*row.spork - *row.peer_value <= row.goal.limit) : std::nullopt;
        case Goal::Kind::ratio:
            return ratio(row) ? std::optional(*ratio(row) <= row.goal.limit) : std::nullopt;
    }
    return std::nullopt;
}

std::string number_text(double number) {
    char text[32];
    std::snprintf(text, sizeof text, number < 1000 ? "%.3g" : "%.0f", number);
    return text;
}

std::string bytes_text(std::uint64_t bytes) {
    constexpr const char* units[] = {" B", " KiB", " MiB", " GiB"};
    std::size_t unit = 0;
    while (bytes != 0 && bytes % 1024 == 0 && unit + 1 < std::size(units)) {
        bytes /= 1024;
        ++unit;
    }
    return std::to_string(bytes) + units[unit];
}

std::string met_text(const Row& row) {
    if (row.goal.kind == Goal::Kind::none) {
        return "-";
    }
    const auto reached = met(row);
    if (!reached) {
        return "unknown";
    }
    return *reached ? "yes" : "NO";
}

std::string goal_text(const Row& row) {
    const std::string limit = number_text(row.goal.limit);
    switch (row.goal.kind) {
        case Goal::Kind::none:
            return "";
        case Goal::Kind::figure:
            return "< " + limit + " " + row.unit;
        case Goal::Kind::above_peer:
            return "<= peer + " + limit + " " + row.unit;
        case Goal::Kind::ratio:
            return "<= " + limit + " x";
    }
    return "";
}

std::vector<Row> curve_rows(const Curve& curve) {
    std::vector<Row> rows;
    for (std::size_t line = 1; line < curve.lines.size(); ++line) {
        for (std::size_t i = 0; i < curve.marks.size(); ++i) {
            rows.push_back({curve.job + ", " + curve.marks[i], curve.lines[line].name, curve.unit,
                            curve.lines.front().values[i], curve.lines[line].values[i]});
        }
    }
    return rows;
}

}  // namespace bench
