#pragma once

/// \file
/// Where two transcripts differ.

#include <QList>
#include <QString>
#include <QStringList>

namespace side_by_side {

/// One line of a comparison.
struct DiffLine {
    enum class Kind { same, missing, added };  ///< missing: expected, but not there

    Kind kind;
    QString text;

    friend bool operator==(const DiffLine&, const DiffLine&) = default;
};

/// Both transcripts as one list, with as many lines in common as possible. Missing lines stand before added ones.
QList<DiffLine> compare_lines(const QStringList& expected, const QStringList& got);

/// True when every line is the same.
bool identical(const QList<DiffLine>& diff);

/// The first differences with a line around each, marked by - and +; what is left out is said. Empty when there are
/// none.
QString short_diff(const QList<DiffLine>& diff);

}  // namespace side_by_side
