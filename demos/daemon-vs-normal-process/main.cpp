// What happens at the end of main: daemons are terminated first, then the other children are joined. A daemon prints
// a row of stars for each beat that main gives it; three beats, three rows. The normal child holds an end of a pipe
// to the daemon. When main has ended it sees the daemon go, and still finishes its own work: its line is the last.
//
// E7. The same in Python, with sleeps in place of the beats.

#include <spork/spork.hpp>

#include <QThread>

#include <string>

void print_stars(spork::Connection beats, spork::Connection /*keeps the pipe to the normal child open*/) {
    for (int row = 1; row <= 3; ++row) {
        beats.recv<bool>();
        spork::print("daemon: " + std::string(row, '*'));
        beats.send(true);
    }
    QThread::sleep(60);
    spork::print("daemon: ****");
}

void work(spork::Connection main_program, spork::Connection daemon) {
    spork::print("normal child: begins");
    main_program.send(true);
    try {
        daemon.recv<bool>();
    } catch (const spork::EofError&) {
        spork::print("normal child: the daemon is gone");
    }
    QThread::msleep(100);
    spork::print("normal child: ends");
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    auto [pulse, beats] = spork::Pipe();
    auto [worker, hello] = spork::Pipe();
    auto [daemon_watch, daemon_life] = spork::Pipe();

    spork::Process({.daemon = true}, print_stars, beats, daemon_life).start();
    spork::Process(work, hello, daemon_watch).start();
    daemon_life.close();
    daemon_watch.close();

    worker.recv<bool>();
    for (int beat = 0; beat < 3; ++beat) {
        pulse.send(true);
        pulse.recv<bool>();
        QThread::msleep(50);
    }
    spork::print("main: ends");
}
