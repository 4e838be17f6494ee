// Two processes, two locks, taken in opposite order: each has one and waits for the other, for ever. Here they wait only
// for a while, so that the deadlock can be seen; a barrier makes certain that both have their first lock. Then two cures:
// who does not get the second lock in time gives back the first one and begins again; and std::scoped_lock, which takes
// both without a deadlock, in whatever order they are named.
//
// E50. In Python, with threads, the program hangs.

#include <spork/spork.hpp>

#include <QThread>

#include <chrono>
#include <mutex>
#include <string>

using namespace std::chrono_literals;

void deadlock(int number, spork::Lock first, spork::Lock second, spork::Barrier both) {
    const std::string name = "deadlock: process " + std::to_string(number);
    const std::scoped_lock hold(first);
    both.wait();
    spork::print(name + " has its first lock");
    const bool taken = second.try_lock_for(50ms);
    spork::print(name + (taken ? " has both" : " does not get its second lock"));
    both.wait();
}

void give_back(int number, spork::Lock first, spork::Lock second, spork::Barrier both) {
    both.wait();
    for (int attempt = 0;; ++attempt) {
        std::unique_lock hold(first);
        if (attempt == 0) {
            both.wait();  // into the same deadlock
        }
        const std::unique_lock hold_second(second, 10ms);
        if (hold_second) {
            spork::print("giving back: process " + std::to_string(number) + " has both");
            return;
        }
        hold.unlock();
        QThread::msleep(10 * number);  // not both at the same time
    }
}

void take_both(int number, spork::Lock first, spork::Lock second, spork::Barrier both) {
    both.wait();
    const std::scoped_lock hold(first, second);
    spork::print("both at once: process " + std::to_string(number) + " has both");
}

template <class Target>
void run_two(Target target) {
    const spork::Lock a;
    const spork::Lock b;
    const spork::Barrier both(2);
    spork::Process one(target, 1, a, b, both);
    spork::Process two(target, 2, b, a, both);
    one.start();
    two.start();
    one.join();
    two.join();
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    run_two(deadlock);
    run_two(give_back);
    run_two(take_both);
}
