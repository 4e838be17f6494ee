// Two clients wait until a service is ready, which an event says. Those of the first pair wait as long as it takes;
// those of the second have a time limit, count their attempts, and ask again. The service is ready when both have
// asked in vain three times; a barrier makes that certain.
//
// E53 to E56. In Python the clients are threads; a process has a name as well, which the lines show.

#include <spork/spork.hpp>

#include <QString>
#include <QThread>

#include <chrono>
#include <string>

using namespace std::chrono_literals;

void say(const std::string& text) {
    const QString name = QString::fromStdString(spork::current_process().name());
    spork::print(QString("(%1) ").arg(name, -11).toStdString() + text);
}

void connect(spork::Event ready, spork::Barrier everybody) {
    say("waits for the service");
    everybody.wait();
    ready.wait();
    say("is connected");
}

void connect_by_attempts(spork::Event ready, spork::Barrier everybody) {
    constexpr int before_it_is_ready = 3;
    for (int attempt = 1; !ready.wait(10ms); ++attempt) {
        say("attempt " + std::to_string(attempt) + " is in vain");
        if (attempt == before_it_is_ready) {
            everybody.wait();
            ready.wait();
        }
    }
    say("is connected");
}

template <class Client>
void run_two(Client client, const std::string& name) {
    const spork::Event ready;
    const spork::Barrier everybody(3);  // both clients and main
    spork::Process one({.name = name + "-1"}, client, ready, everybody);
    spork::Process two({.name = name + "-2"}, client, ready, everybody);
    one.start();
    two.start();
    everybody.wait();
    say("starts the service");
    QThread::msleep(50);
    say("the service is ready");
    ready.set();
    one.join();
    two.join();
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    run_two(connect, "Patient");
    run_two(connect_by_attempts, "Asking");
}
