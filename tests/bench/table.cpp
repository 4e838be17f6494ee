/// \file
/// The report as text on standard output.

#include "report.hpp"

#include <algorithm>
#include <cstdio>

namespace bench {

namespace {

using Cells = std::vector<std::string>;

/// Columns as wide as their widest cell; the first ones are texts and stand to the left.
void print_cells(const std::vector<Cells>& lines, std::size_t texts) {
    std::vector<std::size_t> widths(lines.front().size());
    for (const Cells& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            widths[i] = std::max(widths[i], line[i].size());
        }
    }
    for (const Cells& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            const int width = static_cast<int>(widths[i]);
            std::printf(i < texts ? "%-*s  " : "%*s  ", width, line[i].c_str());
        }
        std::printf("\n");
    }
}

std::string figure(const std::optional<double>& value, const std::string& unit) {
    return value ? number_text(*value) + " " + unit : "missing";
}

Cells cells_of(const Row& row) {
    const auto quotient = ratio(row);
    const std::string goal = goal_text(row);
    return {row.job,
            row.peer,
            figure(row.spork, row.unit),
            figure(row.peer_value, row.unit),
            quotient ? number_text(*quotient) : "-",
            goal.empty() ? "-" : goal,
            met_text(row)};
}

void print_curve(const Curve& curve) {
    std::printf("\n%s, in %s by %s\n", curve.job.c_str(), curve.unit.c_str(), curve.axis.c_str());
    std::vector<Cells> lines{{curve.axis}};
    for (const Curve::Line& line : curve.lines) {
        lines.front().push_back(line.name);
    }
    for (std::size_t i = 0; i < curve.marks.size(); ++i) {
        Cells cells{curve.marks[i]};
        for (const Curve::Line& line : curve.lines) {
            cells.push_back(line.values[i] ? number_text(*line.values[i]) : "missing");
        }
        lines.push_back(std::move(cells));
    }
    print_cells(lines, 1);
    if (!curve.note.empty()) {
        std::printf("%s\n", curve.note.c_str());
    }
}

}  // namespace

void print_table(const Report& report) {
    for (const Curve& curve : report.curves) {
        print_curve(curve);
    }
    std::printf("\n");
    std::vector<Cells> lines{{"job", "peer", "spork", "peer's", "ratio", "goal", "met"}};
    for (const Row& row : report.rows) {
        lines.push_back(cells_of(row));
    }
    print_cells(lines, 2);

    const auto with_goal = std::count_if(report.rows.begin(), report.rows.end(),
                                         [](const Row& row) { return row.goal.kind != Goal::Kind::none; });
    const auto reached = std::count_if(report.rows.begin(), report.rows.end(), [](const Row& row) {
        return row.goal.kind != Goal::Kind::none && met(row).value_or(false);
    });
    std::printf("\n%s; %d of %d goals met\n", report.machine.c_str(), static_cast<int>(reached),
                static_cast<int>(with_goal));
}

}  // namespace bench
