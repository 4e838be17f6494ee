#pragma once

/// \file
/// Running another program and catching what it prints.

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>

namespace side_by_side {

/// How a program ran.
struct Outcome {
    QByteArray output;  ///< standard output and standard error, as they came
    QString ending;     ///< "[exit code 0]", or why there is none
    std::chrono::duration<double> time{};
};

/// Runs `command` (the program first) with SPORK_START_METHOD set, and waits until it ended and every process that may
/// still print has ended. After `limit` it is stopped with everything that it started. Standard input is empty.
/// `live` sees each piece of the output as it comes. Never throws because of the program: the ending says it.
Outcome run_program(const QStringList& command, const QString& start_method, std::chrono::seconds limit,
                    const std::function<void(const QByteArray&)>& live);

}  // namespace side_by_side
