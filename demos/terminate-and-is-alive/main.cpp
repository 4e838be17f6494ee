// Ending a child by force. terminate() and kill() return at once; whether is_alive() is still true right afterwards
// is left to chance, so this program asks after join(). The exit code tells by which signal the child was ended, with
// the same numbers on every system.
//
// E9, D8. In Python on Windows terminate() and kill() both give -15; is_alive() is false at once there, while on
// Linux it depends on the moment.

#include <spork/spork.hpp>

#include <QThread>

#include <string>

void work(spork::Connection parent) {
    parent.send(true);
    QThread::sleep(60);
    spork::print("child: ends by itself");
}

template <class Ending>
void run_and_end(const std::string& how, Ending end) {
    auto [here, there] = spork::Pipe();
    spork::Process child(work, there);
    child.start();
    here.recv<bool>();
    spork::print(std::string("the child is ") + (child.is_alive() ? "alive" : "gone"));
    end(child);
    child.join();
    spork::print("after " + how + " it is " + (child.is_alive() ? "alive" : "gone") + ", exit code " +
                 std::to_string(child.exitcode().value()));
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    run_and_end("terminate()", [](spork::Process& child) { child.terminate(); });
    run_and_end("kill()", [](spork::Process& child) { child.kill(); });
}
