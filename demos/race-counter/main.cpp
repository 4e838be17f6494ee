// Lost updates. A hundred threads, ten in each of ten processes, take one from a shared number. Without a lock all of them
// read 100 before the first one writes 99 (a barrier makes that certain), so it is 99 in the end. Under the lock reading
// and writing are one step, and it is 0. A counter of this kind needs no lock when it is atomic.
//
// E48. In Python the hundred threads are in one process; spork's locks and barriers work for threads of any process.

#include <spork/spork.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

constexpr int processes = 10;
constexpr int threads = 10;

using Number = spork::Value<int>;

void take_one_in_two_steps(Number number, spork::Barrier all_have_read) {
    const int read = number.value();
    all_have_read.wait();
    number.set_value(read - 1);
}

void take_one_under_the_lock(Number number) {
    number.with([](int& n) { --n; });
}

void run_threads_in_two_steps(Number number, spork::Barrier all_have_read) {
    std::vector<std::jthread> all;
    for (int index = 0; index < threads; ++index) {
        all.emplace_back(take_one_in_two_steps, number, all_have_read);
    }
}

void run_threads_under_the_lock(Number number) {
    std::vector<std::jthread> all;
    for (int index = 0; index < threads; ++index) {
        all.emplace_back(take_one_under_the_lock, number);
    }
}

void run_threads_atomically(spork::RawValue<std::atomic<int>> number) {
    std::vector<std::jthread> all;
    for (int index = 0; index < threads; ++index) {
        all.emplace_back([number] { --number.get_obj(); });
    }
}

template <class Target, class... Argument>
void run_all(Target target, const Argument&... arguments) {
    std::vector<spork::Process> all;
    for (int index = 0; index < processes; ++index) {
        all.emplace_back(target, arguments...).start();
    }
    for (spork::Process& process : all) {
        process.join();
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const Number in_two_steps(100);
    run_all(run_threads_in_two_steps, in_two_steps, spork::Barrier(processes * threads));
    spork::print("in two steps: " + std::to_string(in_two_steps.value()));

    const Number under_the_lock(100);
    run_all(run_threads_under_the_lock, under_the_lock);
    spork::print("under the lock: " + std::to_string(under_the_lock.value()));

    const spork::RawValue<std::atomic<int>> atomic;
    atomic.get_obj() = 100;
    run_all(run_threads_atomically, atomic);
    spork::print("atomic: " + std::to_string(atomic.get_obj()));
}
