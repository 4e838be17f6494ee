#pragma once

/// \file
/// The results as text and as JSON.

#include "comparison.hpp"

#include <QByteArray>
#include <QList>
#include <QStringList>
#include <QTextStream>

namespace side_by_side {

/// The table demo x method, printed while the demos run: each verdict as soon as it is known.
class Table {
public:
    Table(QTextStream& out, const QList<Demo>& demos, const QList<Method>& methods);

    void heading();
    void begin_row(const Demo& demo);
    void add_cell(const Cell& cell);
    void end_row();

private:
    QTextStream& out_;
    QStringList methods_;
    int first_width_ = 0;
};

/// For each cell that is not identical its short diff; then one line that sums up.
void print_summary(QTextStream& out, const QList<Row>& rows);

/// A list of {"demo", "method", "identical", "seconds"}.
QByteArray to_json(const QList<Row>& rows);

bool all_identical(const QList<Row>& rows);

}  // namespace side_by_side
