#pragma once

/// \file
/// The demos as they lie in the source tree.

#include "transcript.hpp"

#include <QDir>
#include <QList>
#include <QString>

namespace side_by_side {

/// A demo: a folder with main.cpp and expected.txt.
struct Demo {
    QString name;   ///< of its folder; the program is demo-<name>
    QString about;  ///< the paragraph at the top of its main.cpp
    Expectation expectation;
};

/// All demos below `folder`, by name. Throws std::runtime_error that names the demo when one cannot be read.
QList<Demo> find_demos(const QDir& folder);

/// The comment with which `source` begins, without the slashes. An empty line parts its paragraphs.
QString leading_comment(const QString& source);

}  // namespace side_by_side
