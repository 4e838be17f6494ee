// Ten mails at once: all are started, then all are joined. The mails arrive in any order, and the summary comes last.
// It takes about as long as the slowest mail and not the sum of all: each mail waits until the tenth is on its way as
// well.
//
// E2. In Python the same; under spawn ten new interpreters make it visibly slower (D7).

#include <spork/spork.hpp>

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QThread>

#include <algorithm>
#include <string>
#include <vector>

constexpr int count = 10;

void send_mail(int index, spork::Connection post_office) {
    post_office.send(index);   // on its way
    post_office.recv<bool>();  // so are all the others
    QThread::msleep(QRandomGenerator::system()->bounded(50, 150));
    spork::print("mail " + std::to_string(index) + " sent");
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    QElapsedTimer timer;
    timer.start();

    std::vector<spork::Connection> lines;
    std::vector<spork::Process> mails;
    for (int index = 0; index < count; ++index) {
        auto [here, there] = spork::Pipe();
        lines.push_back(here);
        mails.emplace_back(send_mail, index, there).start();
    }
    for (const spork::Connection& line : lines) {
        line.recv<int>();
    }
    spork::print("all mails are on their way");
    for (const spork::Connection& line : lines) {
        line.send(true);
    }
    for (spork::Process& mail : mails) {
        mail.join();
    }

    const auto good = std::ranges::count_if(mails, [](const spork::Process& mail) { return mail.exitcode() == 0; });
    spork::print(std::to_string(good) + " mails sent in " + std::to_string(timer.elapsed()) + " ms");
}
