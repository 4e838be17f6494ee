// wait_for() asks its question under the lock, first without waiting, and again after each notification and when its
// time is over. Five processes ask at once, but one at a time: who gets a yes does not wait at all, who gets a no
// gives up when nobody notifies in time. For the last one a notification alone is not enough, as long as the answer
// is no.
//
// E58. In Python the five are threads and the answers are typed in; there a no is for ever.

#include <spork/spork.hpp>

#include <QThread>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>
#include <vector>

using namespace std::chrono_literals;

struct Asking {
    int now = 0;
    int most = 0;
};

/// What all share. The condition's lock guards the rest.
struct Desk {
    spork::Condition condition;
    spork::RawArray<bool> answers{true, false, true, false, false, false};
    spork::RawValue<Asking> asking;
};

bool ask(int number, const Desk& desk) {
    Asking& asking = desk.asking.get_obj();
    asking.most = std::max(asking.most, ++asking.now);
    QThread::msleep(2);
    --asking.now;
    const bool yes = desk.answers[number - 1];
    spork::print("process " + std::to_string(number) + " asks: " + (yes ? "yes" : "no"));
    return yes;
}

void wait_for_yes(int number, Desk desk) {
    const std::scoped_lock hold(desk.condition);
    const bool yes = desk.condition.wait_for([&] { return ask(number, desk); }, 30ms);
    spork::print("process " + std::to_string(number) + (yes ? " goes on" : " gives up"));
}

void wait_for_yes_for_ever(int number, Desk desk, spork::Semaphore asked) {
    const std::scoped_lock hold(desk.condition);
    desk.condition.wait_for([&] {
        asked.release();
        return ask(number, desk);
    });
    spork::print("process " + std::to_string(number) + " goes on");
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const Desk desk;
    std::vector<spork::Process> five;
    for (int number = 1; number <= 5; ++number) {
        five.emplace_back(wait_for_yes, number, desk).start();
    }
    for (spork::Process& process : five) {
        process.join();
    }
    spork::print("most who asked at a time: " + std::to_string(desk.asking.get_obj().most));

    const spork::Semaphore asked(0);
    spork::Process last(wait_for_yes_for_ever, 6, desk, asked);
    last.start();
    for (const bool answer : {false, true}) {
        asked.acquire();
        const std::scoped_lock hold(desk.condition);  // free only when the process waits
        spork::print(std::string("main: notifies, the answer is ") + (answer ? "yes" : "no"));
        desk.answers[5] = answer;
        desk.condition.notify();
    }
    last.join();
}
