#include "support/program.hpp"

#include "support/limits.hpp"

#include <QCoreApplication>
#include <QDir>
#include <QEvent>
#include <QProcess>

#include <chrono>

namespace support {

namespace {

std::string text_of(const QByteArray& bytes) {
    std::string text = bytes.toStdString();
    std::erase(text, '\r');
    return text;
}

ProgramResult run(const QString& command, const QStringList& arguments, const QProcessEnvironment& environment) {
    QProcess process;
    process.setProcessEnvironment(environment);
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(command, arguments);
    const bool ended = process.waitForFinished(static_cast<int>(std::chrono::milliseconds(limit).count()));
    const bool orderly = ended && process.exitStatus() == QProcess::NormalExit;
    ProgramResult result{orderly ? process.exitCode() : -1, text_of(process.readAllStandardOutput()),
                         text_of(process.readAllStandardError())};
    if (!orderly) {
        result.errors += "\n" + command.toStdString() + ": " + process.errorString().toStdString();
        process.kill();
        process.waitForFinished();
    }
    return result;
}

}  // namespace

std::string program(const std::string& name) {
    return QDir::toNativeSeparators(QCoreApplication::applicationDirPath()).toStdString() +
           QDir::separator().toLatin1() + name + SPORK_TEST_EXECUTABLE_SUFFIX;
}

ProgramResult run_command(const QString& command, const QStringList& arguments,
                          const QProcessEnvironment& environment) {
    const ProgramResult result = run(command, arguments, environment);
    // On Windows the pipes of a QProcess are closed by objects that are deleted later.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    return result;
}

ProgramResult run_program(const std::string& name, const QStringList& arguments,
                          const QProcessEnvironment& environment) {
    return run_command(QString::fromStdString(program(name)), arguments, environment);
}

QProcessEnvironment environment_with(const QString& name, const QString& value) {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(name, value);
    return environment;
}

}  // namespace support
