#include "comparison.hpp"

namespace side_by_side {

using namespace Qt::StringLiterals;

QString Cell::verdict() const {
    return u"%1 %2 s"_s.arg(identical() ? u"identical"_s : u"DIFFERENT"_s).arg(outcome.time.count(), 0, 'f', 2);
}

Cell run_cell(const Demo& demo, const Method& method, const std::function<void(const QByteArray&)>& live) {
    constexpr std::chrono::seconds limit{60};  // the slowest demo takes a tenth of it, on a busy machine under Wine
    Outcome outcome = run_program(method.command(demo.name), method.start_method, limit, live);
    const QStringList lines = normalised(outcome.output, outcome.ending, demo.expectation.rules);
    QList<DiffLine> diff = compare_lines(demo.expectation.lines, lines);
    return {.method = method.name, .outcome = std::move(outcome), .diff = std::move(diff)};
}

}  // namespace side_by_side
