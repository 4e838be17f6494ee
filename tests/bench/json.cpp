/// \file
/// The report as JSON: a list of comparisons, those of the curves included.

#include "report.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace bench {

namespace {

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (char letter : text) {
        if (letter == '"' || letter == '\\') {
            result += '\\';
        }
        result += letter;
    }
    return result + "\"";
}

std::string number_or_null(const std::optional<double>& number) {
    if (!number) {
        return "null";
    }
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text.precision(6);
    text << *number;
    return text.str();
}

std::string object(const Row& row) {
    const std::string goal = goal_text(row);
    const auto reached = met(row);
    const std::string reached_text = reached ? (*reached ? "true" : "false") : "null";
    return "{\"job\": " + quoted(row.job) + ", \"peer\": " + quoted(row.peer) + ", \"unit\": " + quoted(row.unit) +
           ", \"spork\": " + number_or_null(row.spork) + ", \"peer_value\": " + number_or_null(row.peer_value) +
           ", \"ratio\": " + number_or_null(ratio(row)) + ", \"goal\": " + (goal.empty() ? "null" : quoted(goal)) +
           ", \"met\": " + reached_text + "}";
}

}  // namespace

void write_json(const Report& report, const std::filesystem::path& file) {
    std::vector<Row> rows = report.rows;
    for (const Curve& curve : report.curves) {
        for (Row& row : curve_rows(curve)) {
            rows.push_back(std::move(row));
        }
    }
    std::ofstream out(file);
    const char* separator = "[\n  ";
    for (const Row& row : rows) {
        out << separator << object(row);
        separator = ",\n  ";
    }
    out << (rows.empty() ? "[]\n" : "\n]\n");
    if (!out.flush()) {
        throw std::runtime_error("cannot write " + file.string());
    }
}

}  // namespace bench
