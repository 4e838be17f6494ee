// One mail: start() begins the work in a child and returns at once, join() waits until the child has ended. So the
// parent's line comes after the child's, however long the mail takes.
//
// E1. The same in Python, once inside a main guard.

#include <spork/spork.hpp>

#include <QRandomGenerator>
#include <QThread>

#include <string>

void send_mail(const std::string& to) {
    QThread::msleep(QRandomGenerator::system()->bounded(50, 150));
    spork::print("mail to " + to + " sent");
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    spork::Process mail(send_mail, "egon");
    mail.start();
    mail.join();
    spork::print("sending finished, exit code " + std::to_string(mail.exitcode().value()));
}
