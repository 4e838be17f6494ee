// The ways to take a lock and to free it: by hand, as Python's methods are called; for a scope, which frees it also when
// an exception leaves it; and only if it can be had, at once or within a time limit. The child has the lock while the
// parent tries.
//
// E49. The same in Python; there `with lock:` is the scope.

#include <spork/spork.hpp>

#include <chrono>
#include <mutex>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

void by_hand(spork::Lock lock, spork::Connection parent) {
    lock.acquire();
    parent.send(true);
    parent.recv<bool>();
    lock.release();
}

std::string yes_or_no(bool taken) {
    return taken ? "yes" : "no";
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::Lock lock;
    auto [here, there] = spork::Pipe();
    spork::Process child(by_hand, lock, there);
    child.start();
    here.recv<bool>();
    spork::print("at once, while the child has it: " + yes_or_no(lock.try_lock()));
    spork::print("within 20 ms: " + yes_or_no(lock.acquire(true, 20ms)));

    here.send(true);
    child.join();
    try {
        const std::scoped_lock hold(lock);
        spork::print("in a scope, after the child: yes");
        spork::print("once more in this scope: " + yes_or_no(lock.acquire(false)));
        throw std::runtime_error("an exception leaves the scope");
    } catch (const std::runtime_error& error) {
        spork::print(error.what());
    }
    spork::print("after the scope: " + yes_or_no(lock.try_lock()));
    lock.unlock();
    try {
        lock.unlock();
    } catch (const spork::UsageError& error) {
        spork::print(std::string("freed once too often: ") + error.what());
    }
}
