#include <spork/qt_logging.hpp>

#include <QtCore/QString>

namespace spork::qt {

namespace {

/// Never destroyed: children may log until the very end of this process.
const QLoggingCategory& category() {
    static const auto* const instance = new QLoggingCategory("spork");
    return *instance;
}

void pass_on(const LogRecord& record) {
    const QString text = QStringLiteral("[%1 %2] %3").arg(QString::fromStdString(record.process)).arg(record.pid).arg(
        QString::fromStdString(record.message));
    if (record.level >= LogLevel::error) {
        qCCritical(category).noquote() << text;
    } else if (record.level >= LogLevel::warning) {
        qCWarning(category).noquote() << text;
    } else if (record.level >= LogLevel::info) {
        qCInfo(category).noquote() << text;
    } else {
        qCDebug(category).noquote() << text;
    }
}

}  // namespace

const QLoggingCategory& logging_category() {
    return category();
}

void log_to_qt(LogLevel level) {
    if (level != LogLevel::notset) {
        get_logger().set_level(level);
    }
    get_logger().set_sink(pass_on);
}

}  // namespace spork::qt
