// Careful cars look at the light twice: when it is green they drive up to it, and look again; they go only when it is
// green both times, and wait once more when it has turned red meanwhile. Police cars wait for green for 20 ms at
// most, and then go at red. Barriers make certain where the cars are when the light, which is main here, changes.
//
// E32, E33. In Python the light is a process that is no daemon, and the program never ends.

#include <spork/spork.hpp>

#include <chrono>
#include <string>
#include <vector>

using namespace std::chrono_literals;

struct Crossing {
    spork::Event green;
    spork::Barrier step;  // of the cars and main
};

void drive_carefully(int car, Crossing crossing) {
    const std::string name = "car " + std::to_string(car);
    for (bool gone = false; !gone;) {
        spork::print(name + " waits at red");
        crossing.step.wait();
        crossing.green.wait();
        spork::print(name + " sees green and drives up");
        crossing.step.wait();
        crossing.step.wait();  // the light may change
        gone = crossing.green.is_set();
    }
    spork::print(name + " still sees green and goes");
}

void drive_to_a_call(int car, spork::Event green) {
    const std::string name = "police car " + std::to_string(car);
    spork::print(name + " is in a hurry");
    const bool is_green = green.wait(20ms);
    spork::print(name + (is_green ? " goes at green" : " goes at red"));
}

void careful_cars() {
    constexpr int count = 3;
    const Crossing crossing{.green = {}, .step = spork::Barrier(count + 1)};
    const auto cars_are_there = [&crossing] { crossing.step.wait(); };
    const auto cars_look_again = [&crossing] { crossing.step.wait(); };
    const auto turn_green = [&crossing] {
        spork::print("--- green");
        crossing.green.set();
    };

    spork::print("--- red");
    std::vector<spork::Process> cars;
    for (int car = 1; car <= count; ++car) {
        cars.emplace_back(drive_carefully, car, crossing).start();
    }
    cars_are_there();
    turn_green();
    cars_are_there();
    spork::print("--- red");
    crossing.green.clear();
    cars_look_again();
    cars_are_there();
    turn_green();
    cars_are_there();
    cars_look_again();
    for (spork::Process& car : cars) {
        car.join();
    }
}

void police_cars() {
    spork::print("--- red, and five police cars");
    const spork::Event green;
    std::vector<spork::Process> cars;
    for (int car = 1; car <= 5; ++car) {
        cars.emplace_back(drive_to_a_call, car, green).start();
    }
    int arrived = 0;
    for (spork::Process& car : cars) {
        car.join();
        arrived += car.exitcode() == 0 ? 1 : 0;
    }
    spork::print("--- " + std::to_string(arrived) + " have arrived, the light is still " +
                 (green.is_set() ? "green" : "red"));
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    careful_cars();
    police_cars();
}
