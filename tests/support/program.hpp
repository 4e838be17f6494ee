#pragma once

/// \file
/// Running the small programs that stand beside a test program.

#include <QProcessEnvironment>
#include <QString>
#include <QStringList>

#include <string>

namespace support {

/// How a program ended and what it said; \r\n is \n.
struct ProgramResult {
    int exitcode = -1;  ///< -1 when it crashed, was not started or did not end in time; errors then says so
    std::string output;
    std::string errors;
};

/// The path of a program that was built beside the running one.
std::string program(const std::string& name);

/// Runs a command to its end. What has no folder in its name is looked for as the system does.
ProgramResult run_command(const QString& command, const QStringList& arguments,
                          const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment());

/// Runs a program that was built beside the running one.
ProgramResult run_program(const std::string& name, const QStringList& arguments,
                          const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment());

/// This process's environment and one variable more.
QProcessEnvironment environment_with(const QString& name, const QString& value);

}  // namespace support
