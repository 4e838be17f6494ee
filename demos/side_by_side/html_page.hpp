#pragma once

/// \file
/// The results as one page.

#include "comparison.hpp"

#include <QList>
#include <QString>

namespace side_by_side {

/// A page that needs no other file: the table, then for each demo the transcripts of all methods next to each other,
/// line by line, with the differences marked.
QString html_page(const QList<Row>& rows);

}  // namespace side_by_side
