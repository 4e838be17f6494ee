#include "demo.hpp"

#include <QFile>

#include <stdexcept>

namespace side_by_side {

using namespace Qt::StringLiterals;

namespace {

QString read_file(const QString& path) {
    QFile file(path);
    if (!file.open(QFile::ReadOnly)) {
        throw std::runtime_error("cannot read " + path.toStdString() + ": " + file.errorString().toStdString());
    }
    return QString::fromUtf8(file.readAll()).remove(u'\r');
}

}  // namespace

QString leading_comment(const QString& source) {
    QStringList text;
    for (const QString& line : source.split(u'\n')) {
        if (!line.startsWith("//"_L1)) {
            break;
        }
        text.append(line.sliced(2).trimmed());
    }
    return text.join(u'\n');
}

QList<Demo> find_demos(const QDir& folder) {
    QList<Demo> demos;
    for (const QString& name : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
        const QString path = folder.filePath(name);
        if (!QFile::exists(path + "/expected.txt"_L1)) {
            continue;
        }
        try {
            demos.append({.name = name,
                          .about = leading_comment(read_file(path + "/main.cpp"_L1)),
                          .expectation = parse_expectation(read_file(path + "/expected.txt"_L1))});
        } catch (const std::runtime_error& error) {
            throw std::runtime_error(name.toStdString() + ": " + error.what());
        }
    }
    return demos;
}

}  // namespace side_by_side
