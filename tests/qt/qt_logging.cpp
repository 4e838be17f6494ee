// spork's log in Qt's.

#include "support/targets.hpp"
#include "support/test_case.hpp"

#include <spork/qt.hpp>
#include <spork/spork.hpp>

#include <QMutex>
#include <QStringList>

using spork::StartMethod;
using support::ChildGuard;

namespace {

QMutex mutex;
QStringList lines;

void collect(QtMsgType type, const QMessageLogContext& context, const QString& message) {
    const QMutexLocker hold(&mutex);
    lines << QStringLiteral("%1 %2 %3").arg(int(type)).arg(context.category, message);
}

void log_in_child() {
    spork::get_logger().warning("careful");
    spork::get_logger().error("broken");
}

/// Takes Qt's message handler and gives it back.
struct CollectedMessages {
    CollectedMessages() : previous(qInstallMessageHandler(collect)) { lines.clear(); }
    ~CollectedMessages() {
        qInstallMessageHandler(previous);
        spork::get_logger().set_sink({});
    }
    QtMessageHandler previous;
};

}  // namespace

class TestQtLogging : public support::MethodTest {
    Q_OBJECT

private slots:
    void recordsOfChildrenReachTheMessageHandler() {
        QFETCH_GLOBAL(StartMethod, method);
        const CollectedMessages collected;
        spork::qt::log_to_qt(spork::LogLevel::warning);
        spork::Process child({.name = "worker", .start_method = method}, log_in_child);
        child.start();
        QVERIFY(child.join(support::limit));
        const QMutexLocker hold(&mutex);
        const QString pid = QString::number(*child.pid());
        QVERIFY2(lines.contains(QStringLiteral("%1 spork [worker %2] careful").arg(QtWarningMsg).arg(pid)),
                 qPrintable(lines.join('\n')));
        QVERIFY2(lines.contains(QStringLiteral("%1 spork [worker %2] broken").arg(QtCriticalMsg).arg(pid)),
                 qPrintable(lines.join('\n')));
    }
};

namespace {
const support::TestClass<TestQtLogging> registered;
}

#include "qt_logging.moc"
