#pragma once

/// \file
/// spork's log in Qt's.

#include <spork/export_qt.hpp>
#include <spork/logging.hpp>

#include <QtCore/QLoggingCategory>

namespace spork::qt {

/// The category "spork", into which log_to_qt sends spork's records.
SPORK_QT_API const QLoggingCategory& logging_category();

/// Makes spork's log, that of children included, go through Qt's message handler in the category "spork": debug, info and
/// warning as in Qt, errors as critical. Call it in the main process. The records of children come from a thread of
/// the runtime; Qt's message handler may be called from any thread. Sets the level if one is given.
SPORK_QT_API void log_to_qt(LogLevel level = LogLevel::notset);

}  // namespace spork::qt
