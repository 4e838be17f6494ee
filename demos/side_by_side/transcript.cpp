#include "transcript.hpp"

#include <QHash>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace side_by_side {

using namespace Qt::StringLiterals;

namespace {

const QRegularExpression& pid_pattern() {
    static const QRegularExpression pattern(u"(?<before>\\b(?:pid|parent)[ =])(?<number>\\d+)\\b"_s);
    return pattern;
}

const QRegularExpression& time_pattern() {
    static const QRegularExpression pattern(u"\\b\\d+:\\d\\d:\\d\\d(?:\\.\\d+)?\\b|\\b\\d+(?:\\.\\d+)? m?s\\b"_s);
    return pattern;
}

void add_rule(Rules& rules, const QString& rule) {
    if (rule == "pid"_L1) {
        rules.pid = true;
    } else if (rule == "time"_L1) {
        rules.time = true;
    } else if (rule.startsWith("sort "_L1) && QRegularExpression(rule.sliced(5)).isValid()) {
        rules.sort.append(QRegularExpression(rule.sliced(5)));
    } else {
        throw std::runtime_error("expected.txt: no such rule: " + rule.toStdString());
    }
}

QStringList split_lines(QString text) {
    text.remove(u'\r');
    QStringList lines = text.split(u'\n');
    if (lines.last().isEmpty()) {
        lines.removeLast();
    }
    return lines;
}

/// Numbers by value, everything else by character.
bool comes_before(const QString& a, const QString& b) {
    bool a_is_number = false;
    bool b_is_number = false;
    const qlonglong a_number = a.toLongLong(&a_is_number);
    const qlonglong b_number = b.toLongLong(&b_is_number);
    return a_is_number && b_is_number ? a_number < b_number : a < b;
}

/// Sorts each run of neighbouring lines that match.
void sort_runs(QStringList& lines, const QRegularExpression& rule, bool pids_vary) {
    struct Keyed {
        QString key;
        QString line;
    };
    for (auto begin = lines.begin(); begin != lines.end();) {
        QList<Keyed> run;
        auto end = begin;
        for (; end != lines.end(); ++end) {
            const QString masked = pids_vary ? QString(*end).replace(pid_pattern(), u"\\1<pid>"_s) : *end;
            const QRegularExpressionMatch match = rule.match(masked);
            if (!match.hasMatch()) {
                break;
            }
            run.append({match.lastCapturedIndex() > 0 ? match.captured(1) : masked, *end});
        }
        std::ranges::stable_sort(run, comes_before, &Keyed::key);
        begin = std::ranges::transform(run, begin, &Keyed::line).out;
        if (begin != lines.end()) {
            ++begin;  // the line that ended the run
        }
    }
}

void number_pids(QStringList& lines) {
    QHash<QString, qsizetype> numbers;
    for (QString& line : lines) {
        QString result;
        qsizetype done = 0;
        for (const QRegularExpressionMatch& match : pid_pattern().globalMatch(line)) {
            const QString pid = match.captured(u"number");
            const qsizetype number = numbers.value(pid, numbers.size() + 1);
            numbers.insert(pid, number);
            result += QStringView(line).sliced(done, match.capturedStart(u"number") - done);
            result += u"<pid-%1>"_s.arg(number);
            done = match.capturedEnd();
        }
        result += QStringView(line).sliced(done);
        line = result;
    }
}

}  // namespace

Expectation parse_expectation(const QString& text) {
    Expectation expectation;
    QStringList lines = split_lines(text);
    while (!lines.isEmpty()) {
        const QString line = lines.takeFirst();
        if (line == "---"_L1) {
            expectation.lines = std::move(lines);
            return expectation;
        }
        if (!line.startsWith("# "_L1)) {
            throw std::runtime_error("expected.txt: neither a rule nor a comment: " + line.toStdString());
        }
        expectation.header.append(line.sliced(2));
        if (line.startsWith("# rule: "_L1)) {
            add_rule(expectation.rules, line.sliced(8));
        }
    }
    throw std::runtime_error("expected.txt: no line --- between the rules and the transcript");
}

QStringList normalised(const QByteArray& output, const QString& ending, const Rules& rules) {
    QStringList lines = split_lines(QString::fromUtf8(output));
    if (rules.time) {
        lines.replaceInStrings(time_pattern(), u"<time>"_s);
    }
    for (const QRegularExpression& rule : rules.sort) {
        sort_runs(lines, rule, rules.pid);
    }
    if (rules.pid) {
        number_pids(lines);
    }
    lines.append(ending);
    return lines;
}

}  // namespace side_by_side
