/// \file
/// The report as one SVG picture: for each comparison a bar that ends at its goal's line or beyond it, for each curve a plot
/// with logarithmic axes.

#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <stdexcept>

namespace bench {

namespace {

constexpr double width = 900;
constexpr double row_height = 20;
constexpr double plot_height = 260;
constexpr double label_width = 420;
constexpr const char* colours[] = {"#1f6feb", "#d1242f", "#8250df", "#bf8700", "#57606a", "#1a7f37"};

std::string escaped(const std::string& text) {
    std::string result;
    for (char letter : text) {
        switch (letter) {
            case '<':
                result += "&lt;";
                break;
            case '&':
                result += "&amp;";
                break;
            default:
                result += letter;
        }
    }
    return result;
}

void text(std::ostream& out, double x, double y, const std::string& words, const char* extra = "") {
    out << "<text x=\"" << x << "\" y=\"" << y << "\" " << extra << ">" << escaped(words) << "</text>\n";
}

/// How much of its goal a comparison used up: 1 is just met.
std::optional<double> used(const Row& row) {
    switch (row.goal.kind) {
        case Goal::Kind::none:
            return std::nullopt;
        case Goal::Kind::ratio:
            return ratio(row) ? std::optional(*ratio(row) / row.goal.limit) : std::nullopt;
        case Goal::Kind::figure:
            return row.spork ? std::optional(*row.spork / row.goal.limit) : std::nullopt;
        case Goal::Kind::above_peer:
            return row.spork && row.peer_value
                       ? std::optional(std::max(0.0, *row.spork - *row.peer_value) / row.goal.limit)
                       : std::nullopt;
    }
    return std::nullopt;
}

/// Bars for the comparisons that have a goal; the line in the middle is the goal. Returns where they end.
double draw_bars(std::ostream& out, const Report& report, double top) {
    const double goal_x = label_width + (width - label_width) / 2;
    const double begin = top;
    for (const Row& row : report.rows) {
        if (row.goal.kind == Goal::Kind::none) {
            continue;
        }
        text(out, 10, top + 14, row.job + " : " + row.peer + "  " + goal_text(row));
        const auto share = used(row);
        if (!share) {
            text(out, label_width, top + 14, "missing");
        } else {
            const double length = std::min(*share, 2.0) * (goal_x - label_width);
            out << "<rect x=\"" << label_width << "\" y=\"" << top + 3 << "\" width=\"" << length
                << "\" height=\"14\" fill=\"" << (*share <= 1 ? colours[0] : colours[1]) << "\"/>\n";
            text(out, label_width + length + 4, top + 14, number_text(ratio(row).value_or(0)) + " x");
        }
        top += row_height;
    }
    out << "<line x1=\"" << goal_x << "\" y1=\"" << begin << "\" x2=\"" << goal_x << "\" y2=\"" << top
        << "\" stroke=\"#24292f\"/>\n";
    return top;
}

/// A logarithmic axis; what is 0 stands where it begins.
class Axis {
public:
    Axis(double from, double to) : from_(from), to_(to) {}

    void include(double value) {
        if (value > 0) {
            least_ = std::min(least_, value);
            most_ = std::max(most_, value);
        }
    }
    void make_room_for_zero() { least_ /= 2; }

    double place(double value) const {
        const double share = most_ > least_ ? (std::log(std::max(value, least_)) - std::log(least_)) /
                                                  (std::log(most_) - std::log(least_))
                                            : 0;
        return from_ + share * (to_ - from_);
    }

private:
    double from_;
    double to_;
    double least_ = HUGE_VAL;
    double most_ = 0;
};

void draw_curve(std::ostream& out, const Curve& curve, double top) {
    const double bottom = top + plot_height - 50;
    Axis across(90, width - 200);
    Axis upward(bottom, top + 30);
    for (double at : curve.at) {
        across.include(at);
    }
    if (curve.at.front() == 0) {
        across.make_room_for_zero();
    }
    for (const Curve::Line& line : curve.lines) {
        for (const auto& value : line.values) {
            upward.include(value.value_or(0));
        }
    }
    text(out, 10, top + 16, curve.job + ", in " + curve.unit + " by " + curve.axis, "font-weight=\"bold\"");
    for (std::size_t i = 0; i < curve.marks.size(); ++i) {
        text(out, across.place(curve.at[i]), bottom + 20, curve.marks[i], "text-anchor=\"middle\"");
    }
    for (std::size_t line = 0; line < curve.lines.size(); ++line) {
        const char* colour = colours[line % std::size(colours)];
        std::string points;
        for (std::size_t i = 0; i < curve.at.size(); ++i) {
            if (const auto& value = curve.lines[line].values[i]) {
                const double x = across.place(curve.at[i]);
                const double y = upward.place(*value);
                points += std::to_string(x) + "," + std::to_string(y) + " ";
                text(out, x, y - 4, number_text(*value), "text-anchor=\"middle\" font-size=\"9\"");
            }
        }
        out << "<polyline points=\"" << points << "\" fill=\"none\" stroke=\"" << colour << "\" stroke-width=\"2\"/>\n";
        const std::string style = std::string("fill=\"") + colour + "\"";
        text(out, width - 180, top + 40 + 16 * static_cast<double>(line), curve.lines[line].name, style.c_str());
    }
}

}  // namespace

void write_svg(const Report& report, const std::filesystem::path& file) {
    const double height = 60 + row_height * static_cast<double>(report.rows.size()) +
                          plot_height * static_cast<double>(report.curves.size());
    std::ofstream out(file);
    out.imbue(std::locale::classic());
    out << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << width << "\" height=\"" << height
        << "\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
    text(out, 10, 20, "spork: share of each goal that is used up (the line is the goal); " + report.machine);
    double top = draw_bars(out, report, 35) + 20;
    for (const Curve& curve : report.curves) {
        draw_curve(out, curve, top);
        top += plot_height;
    }
    out << "</svg>\n";
    if (!out.flush()) {
        throw std::runtime_error("cannot write " + file.string());
    }
}

}  // namespace bench
