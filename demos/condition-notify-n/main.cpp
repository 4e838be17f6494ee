// notify(n) lets as many go on as wait, but n at most: of ten who wait in a row, 3, 0, 2 and 100 let 3, 0, 2 and the
// last 5 go on, those who came first before the others, and each once. Main, which would ask a user for the numbers,
// waits itself until that many have gone on, by a second condition of the same lock.
//
// E57. In Python the ten are threads, and the numbers are typed in; who ends the input before all have gone on has a
// program that never ends.

#include <spork/spork.hpp>

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

struct Count {
    int waiting = 0;
    int gone_on = 0;
};

/// What all share: two conditions of one lock, which guards the count too.
struct Row {
    spork::Lock lock;
    spork::Condition called{lock};
    spork::Condition changed{lock};
    spork::RawValue<Count> count;
};

void wait_in_the_row(int number, Row row) {
    Count& count = row.count.get_obj();
    const std::scoped_lock hold(row.lock);
    ++count.waiting;
    row.changed.notify();
    row.called.wait();
    spork::print("process " + std::to_string(number) + " goes on");
    --count.waiting;
    ++count.gone_on;
    row.changed.notify();
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const Row row;
    const Count& count = row.count.get_obj();
    std::vector<spork::Process> processes;
    std::unique_lock hold(row.lock);
    for (int number = 1; number <= 10; ++number) {
        processes.emplace_back(wait_in_the_row, number, row).start();
        row.changed.wait_for([&] { return count.waiting == number; });  // one after the other
    }
    for (const int n : {3, 0, 2, 100}) {
        const int expected = count.gone_on + std::min(n, count.waiting);
        spork::print("--- notify(" + std::to_string(n) + ")");
        row.called.notify(n);
        row.changed.wait_for([&] { return count.gone_on >= expected; });
        spork::print("--- " + std::to_string(count.gone_on) + " have gone on, " + std::to_string(count.waiting) +
                     " wait");
    }
    hold.unlock();
    for (spork::Process& process : processes) {
        process.join();
    }
}
