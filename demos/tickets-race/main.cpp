// A ticket sale without a lock. Each of five buyers reads how many tickets are left, and writes one less after a delay in
// which all the others read as well: three tickets are sold five times, and two are left. The delay is a barrier, so that
// what is only likely with a slow network is certain here.
//
// E10. In Python five buyers succeed under fork; under spawn they start so far apart that fewer may. tickets-with-lock
// shows how it is done.

#include <spork/spork.hpp>

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

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

void buy(const std::string& path, int buyer, spork::Barrier delay) {
    const std::string name = "buyer " + std::to_string(buyer);
    const int count = tickets_in(path);
    spork::print(name + " sees " + std::to_string(count) + " tickets");
    delay.wait();
    if (count > 0) {
        write_tickets(path, count - 1);
        spork::print(name + " has bought one");
    } else {
        spork::print(name + " gets none");
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    constexpr int buyers = 5;
    const QTemporaryDir folder;
    const std::string path = folder.filePath("tickets.json").toStdString();
    write_tickets(path, 3);

    const spork::Barrier delay(buyers);
    std::vector<spork::Process> processes;
    for (int buyer = 1; buyer <= buyers; ++buyer) {
        processes.emplace_back(buy, path, buyer, delay).start();
    }
    for (spork::Process& process : processes) {
        process.join();
    }
    spork::print(std::to_string(tickets_in(path)) + " of 3 tickets are left");
}
