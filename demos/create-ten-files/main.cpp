// Ten processes create ten files, each its own, and the parent reads them: every file holds its own text.
//
// E102. The same in Python.

#include <spork/spork.hpp>

#include <QFile>
#include <QTemporaryDir>

#include <string>
#include <vector>

void create(const std::string& path, int index) {
    QFile file(QString::fromStdString(path));
    if (!file.open(QFile::WriteOnly)) {
        throw spork::Exit("cannot create " + path);
    }
    file.write("text number " + QByteArray::number(index));
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const QTemporaryDir folder;
    const auto path = [&folder](int index) { return folder.filePath(QString::number(index) + ".txt"); };

    std::vector<spork::Process> processes;
    for (int index = 0; index < 10; ++index) {
        processes.emplace_back(create, path(index).toStdString(), index).start();
    }
    for (int index = 0; index < 10; ++index) {
        processes[index].join();
        QFile file(path(index));
        const QByteArray text = file.open(QFile::ReadOnly) ? file.readAll() : QByteArray("no such file");
        spork::print("file " + std::to_string(index) + ": " + text.toStdString());
    }
}
