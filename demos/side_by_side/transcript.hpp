#pragma once

/// \file
/// What a demo prints, and what of it may vary.

#include <QByteArray>
#include <QList>
#include <QRegularExpression>
#include <QString>
#include <QStringList>

namespace side_by_side {

/// Rules say what may vary in a transcript. They stand above it in the demo's expected.txt, a line each:
///
///     # rule: pid          numbers after "pid" and "parent" are replaced by <pid-1>, <pid-2>, ... as they appear
///     # rule: time         durations (12 ms, 0.25 s) and times of day (12:34:56) are replaced by <time>
///     # rule: sort REGEX   the order of neighbouring lines that match is free: they are sorted by what the first group
///                          of REGEX captures, or by the whole line; lines with the same key keep their order
///     ---
///
/// Everything else has to be the same for every start method on every system.
struct Rules {
    bool pid = false;
    bool time = false;
    QList<QRegularExpression> sort;
};

/// The contents of an expected.txt.
struct Expectation {
    QStringList header;  ///< rules and comments as they stand there
    Rules rules;
    QStringList lines;
};

/// Reads an expected.txt. Other lines that begin with "# " above the line of dashes are comments.
/// Throws std::runtime_error that names the line when it is not understood.
Expectation parse_expectation(const QString& text);

/// The lines of `output` (either system's line ends) after the rules, and a last line that says how the program ended.
QStringList normalised(const QByteArray& output, const QString& ending, const Rules& rules);

}  // namespace side_by_side
