#include "line_diff.hpp"

#include <algorithm>
#include <vector>

namespace side_by_side {

using namespace Qt::StringLiterals;
using Kind = DiffLine::Kind;

namespace {

constexpr int longest_short_diff = 15;  // lines; what is wrong is seen by then, and the HTML page has the rest

}  // namespace

QList<DiffLine> compare_lines(const QStringList& expected, const QStringList& got) {
    // common[i][j]: the most lines that expected from i on and got from j on have in common.
    std::vector<std::vector<qsizetype>> common(expected.size() + 1, std::vector<qsizetype>(got.size() + 1, 0));
    for (qsizetype i = expected.size() - 1; i >= 0; --i) {
        for (qsizetype j = got.size() - 1; j >= 0; --j) {
            common[i][j] =
                expected[i] == got[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
        }
    }

    QList<DiffLine> diff;
    qsizetype i = 0;
    qsizetype j = 0;
    while (i < expected.size() || j < got.size()) {
        if (i < expected.size() && j < got.size() && expected[i] == got[j]) {
            diff.append({Kind::same, expected[i]});
            ++i;
            ++j;
        } else if (j == got.size() || (i < expected.size() && common[i + 1][j] >= common[i][j + 1])) {
            diff.append({Kind::missing, expected[i++]});
        } else {
            diff.append({Kind::added, got[j++]});
        }
    }
    return diff;
}

bool identical(const QList<DiffLine>& diff) {
    return std::ranges::all_of(diff, [](const DiffLine& line) { return line.kind == Kind::same; });
}

QString short_diff(const QList<DiffLine>& diff) {
    const auto differs = [&diff](qsizetype i) { return i >= 0 && i < diff.size() && diff[i].kind != Kind::same; };
    QString text;
    qsizetype left_out = 0;
    int shown = 0;
    for (qsizetype i = 0; i < diff.size(); ++i) {
        if (!differs(i - 1) && !differs(i) && !differs(i + 1)) {
            ++left_out;
            continue;
        }
        if (shown++ == longest_short_diff) {
            return text + u"    ... %1 more lines\n"_s.arg(diff.size() - i);
        }
        if (left_out > 0) {
            text += u"    (%1 equal)\n"_s.arg(left_out);
            left_out = 0;
        }
        const char16_t mark = diff[i].kind == Kind::missing ? u'-' : diff[i].kind == Kind::added ? u'+' : u' ';
        text += u"  %1 %2\n"_s.arg(QChar(mark), diff[i].text);
    }
    return text;
}

}  // namespace side_by_side
