#pragma once

/// \file
/// The ways in which every demo is run: the columns of the table.

#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace side_by_side {

/// A build of the demos for Windows, and the script that runs a Windows program here.
struct WindowsBuild {
    QString folder;
    QString wine;
};

/// Method is a start method on a system.
struct Method {
    QString name;          ///< fork, forkserver, spawn; win32-spawn for a Windows program
    QString start_method;  ///< the value of SPORK_START_METHOD
    QString folder;        ///< where the programs lie
    QString wine;          ///< the script that runs them; empty when they run by themselves

    /// The command that runs a demo: the program first.
    QStringList command(const QString& demo) const;
};

/// Every start method of this system, by name, for the programs in `folder`, then those of the Windows build.
QList<Method> all_methods(const QString& folder, const std::optional<WindowsBuild>& windows);

}  // namespace side_by_side
