// A hundred buyers and three tickets in a file. `std::scoped_lock` is Python's `with lock:`. What happens while the lock
// is held, the lines included, happens one after the other: three sales, ninety-seven refusals, a hundred processes.
//
// E21. The same in Python.

#include <spork/spork.hpp>

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QThread>

#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

int tickets_in(const std::string& path) {
    QFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::ReadOnly)) {
        throw std::runtime_error("cannot read " + path);
    }
    return QJsonDocument::fromJson(file.readAll())["count"].toInt();
}

void write_tickets(const std::string& path, int count) {
    QFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::WriteOnly)) {
        throw std::runtime_error("cannot write " + path);
    }
    file.write(QJsonDocument(QJsonObject{{"count", count}}).toJson());
}

void buy(const std::string& path, spork::Lock lock) {
    const std::string name = "pid " + std::to_string(*spork::current_process().pid());
    const std::scoped_lock hold(lock);
    const int count = tickets_in(path);
    if (count > 0) {
        QThread::msleep(QRandomGenerator::system()->bounded(10, 30));
        write_tickets(path, count - 1);
        spork::print(name + " has a ticket");
    } else {
        spork::print(name + " has none");
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const QTemporaryDir folder;
    const std::string path = folder.filePath("db.json").toStdString();
    write_tickets(path, 3);

    const spork::Lock lock;
    std::vector<spork::Process> buyers;
    for (int index = 0; index < 100; ++index) {
        buyers.emplace_back(buy, path, lock).start();
    }
    for (spork::Process& buyer : buyers) {
        buyer.join();
    }
    spork::print("all have gone, tickets left: " + std::to_string(tickets_in(path)));
}
