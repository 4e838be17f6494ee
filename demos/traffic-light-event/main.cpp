// A traffic light for ten cars: an event that is set is green. Cars that come at red wait and pass when it turns
// green; cars that come at green pass at once. The light is a daemon that would change colour for ever, and goes with
// the program. Barriers make certain that the cars of a group are here before the light changes.
//
// E13. The same in Python, with sleeps in place of the barriers. The colours need a terminal that knows ANSI codes.

#include <spork/spork.hpp>

#include <QThread>

#include <string>
#include <utility>
#include <vector>

void shine(spork::Event green, spork::Barrier step) {
    for (;;) {
        green.clear();
        spork::print("\x1b[31mthe light is red\x1b[0m");
        step.wait();  // cars come
        step.wait();
        QThread::msleep(50);
        spork::print("\x1b[32mthe light is green\x1b[0m");
        green.set();
        step.wait();
        step.wait();
        QThread::msleep(50);
    }
}

void drive(int car, spork::Event green, spork::Barrier all_are_here) {
    const std::string name = "car " + std::to_string(car);
    if (!green.is_set()) {
        spork::print(name + " waits");
    }
    all_are_here.wait();
    green.wait();
    spork::print(name + " passes");
}

/// Returns when these cars are all here.
std::vector<spork::Process> arrive(int first, int last, const spork::Event& green) {
    const spork::Barrier all_are_here(last - first + 2);  // and main
    std::vector<spork::Process> cars;
    for (int car = first; car <= last; ++car) {
        cars.emplace_back(drive, car, green, all_are_here).start();
    }
    all_are_here.wait();
    return cars;
}

void join_all(std::vector<spork::Process> cars) {
    for (spork::Process& car : cars) {
        car.join();
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::Event green;
    const spork::Barrier step(2);
    spork::Process({.daemon = true}, shine, green, step).start();
    const auto light_has_changed = [&step] { step.wait(); };
    const auto let_it_change = [&step] { step.wait(); };

    light_has_changed();
    std::vector<spork::Process> early = arrive(1, 4, green);
    let_it_change();
    light_has_changed();
    join_all(std::move(early));
    join_all(arrive(5, 7, green));
    let_it_change();
    light_has_changed();
    std::vector<spork::Process> late = arrive(8, 10, green);
    let_it_change();
    join_all(std::move(late));
    spork::print("all ten have passed");
}
