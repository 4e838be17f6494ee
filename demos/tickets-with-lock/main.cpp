// The ticket sale with a lock around reading, the delay and writing: the buyers take turns, three get a ticket and two
// get none. Everybody may look how many there are at the same time; who looks does not change anything. A barrier has
// them all look before the first one buys.
//
// E11. In Python, under spawn on POSIX, every buyer dies when main does not join them; D12 (rlock-array-ten) shows that.

#include <spork/spork.hpp>

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
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

void buy(const std::string& path) {
    const int count = tickets_in(path);
    QThread::msleep(20);
    if (count > 0) {
        QThread::msleep(20);
        write_tickets(path, count - 1);
        spork::print("one ticket is sold, left: " + std::to_string(count - 1));
    } else {
        spork::print("no ticket is left");
    }
}

void visit(const std::string& path, int buyer, spork::Barrier all_have_looked, spork::Lock lock) {
    spork::print("buyer " + std::to_string(buyer) + " sees " + std::to_string(tickets_in(path)) + " tickets");
    all_have_looked.wait();
    const std::scoped_lock hold(lock);
    buy(path);
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    constexpr int buyers = 5;
    const QTemporaryDir folder;
    const std::string path = folder.filePath("tickets.json").toStdString();
    write_tickets(path, 3);

    const spork::Barrier all_have_looked(buyers);
    const spork::Lock lock;
    std::vector<spork::Process> processes;
    for (int buyer = 1; buyer <= buyers; ++buyer) {
        processes.emplace_back(visit, path, buyer, all_have_looked, lock).start();
    }
    for (spork::Process& process : processes) {
        process.join();
    }
    spork::print(std::to_string(tickets_in(path)) + " of 3 tickets are left");
}
