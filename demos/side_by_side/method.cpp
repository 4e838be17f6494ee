#include "method.hpp"

#include <spork/start_method.hpp>

#include <QSysInfo>

#include <algorithm>
#include <string_view>

namespace side_by_side {

using namespace Qt::StringLiterals;

QStringList Method::command(const QString& demo) const {
    const bool windows = name.startsWith("win32-"_L1);
    const QString program = folder + "/demo-"_L1 + demo + (windows ? ".exe"_L1 : ""_L1);
    return wine.isEmpty() ? QStringList{program} : QStringList{wine, program};
}

QList<Method> all_methods(const QString& folder, const std::optional<WindowsBuild>& windows) {
    const QString prefix = QSysInfo::kernelType() == "winnt"_L1 ? u"win32-"_s : QString();
    QList<Method> methods;
    for (const spork::StartMethod method : spork::get_all_start_methods()) {
        const std::string_view word = spork::to_string(method);
        const QString start_method = QString::fromLatin1(word.data(), static_cast<qsizetype>(word.size()));
        methods.append({.name = prefix + start_method, .start_method = start_method, .folder = folder, .wine = {}});
    }
    std::ranges::sort(methods, {}, &Method::name);
    if (windows) {
        methods.append(
            {.name = u"win32-spawn"_s, .start_method = u"spawn"_s, .folder = windows->folder, .wine = windows->wine});
    }
    return methods;
}

}  // namespace side_by_side
