// join() with a time limit: after a millisecond it returns false, the child is still at work, and main goes on and
// ends. The child is a daemon, so it goes with main and its second line never comes.
//
// E17. In Python join() tells nothing; under spawn the child has usually not even begun when it is killed (D7). Here
// it says that it has begun before main joins it.

#include <spork/spork.hpp>

#include <QThread>

#include <chrono>
#include <string>

using namespace std::chrono_literals;

void work(spork::Connection parent) {
    spork::print("daemon: begins");
    parent.send(true);
    QThread::sleep(60);
    spork::print("daemon: ends");
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    auto [here, there] = spork::Pipe();
    spork::Process child(work, there);
    child.set_daemon(true);
    child.start();
    here.recv<bool>();
    const bool ended = child.join(1ms);
    spork::print(std::string("main: after a millisecond the child ") + (ended ? "has ended" : "is still at work"));
}
