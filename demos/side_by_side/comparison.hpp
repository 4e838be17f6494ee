#pragma once

/// \file
/// One demo under one start method, held against its expected transcript.

#include "demo.hpp"
#include "line_diff.hpp"
#include "method.hpp"
#include "program.hpp"

#include <QByteArray>
#include <QList>
#include <QStringList>

#include <functional>

namespace side_by_side {

/// One cell of the table.
struct Cell {
    QString method;
    Outcome outcome;
    QList<DiffLine> diff;

    bool identical() const { return side_by_side::identical(diff); }

    /// "identical 0.21 s"
    QString verdict() const;
};

/// One row of the table: a demo under every method.
struct Row {
    Demo demo;
    QList<Cell> cells;
};

/// Runs the demo and compares. `live` sees the output as it comes.
Cell run_cell(const Demo& demo, const Method& method, const std::function<void(const QByteArray&)>& live);

}  // namespace side_by_side
