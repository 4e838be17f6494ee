// Five changing rooms. First thirteen people, each a process; then twenty, each a thread, five in each of four
// processes. The first five meet inside, so that all rooms are taken for certain; a sixth never gets in. Of the
// twenty always five meet: they are through in four rounds, which a barrier inside counts.
//
// E31, E52. In Python the thirteen are processes, the twenty are threads of one process with a semaphore of another
// module; spork's semaphores and barriers work for threads of any process.

#include <spork/spork.hpp>

#include <QThread>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

constexpr int rooms = 5;

struct Inside {
    int now = 0;
    int most = 0;
    int ever = 0;
};

/// What all visitors share.
struct House {
    spork::Semaphore free_rooms{rooms};
    spork::Barrier all_taken{rooms};
    spork::Value<Inside> inside;
};

int come_in(const House& house) {
    return house.inside.with([](Inside& inside) {
        inside.most = std::max(inside.most, ++inside.now);
        return ++inside.ever;
    });
}

void go_out(const House& house) {
    house.inside.with([](Inside& inside) { --inside.now; });
}

void visit(int person, House house) {
    house.free_rooms.acquire();
    const int number = come_in(house);
    spork::print("person " + std::to_string(person) + " is in a room");
    if (number <= rooms) {
        house.all_taken.wait();
    }
    QThread::msleep(20);
    go_out(house);
    house.free_rooms.release();
}

void visit_in_a_round(House house, spork::Value<int> rounds) {
    house.free_rooms.acquire();
    come_in(house);
    if (house.all_taken.wait() == 0) {
        const int round = rounds.with([](int& n) { return ++n; });
        spork::print("five threads are inside, round " + std::to_string(round));
    }
    QThread::msleep(20);
    go_out(house);
    house.free_rooms.release();
}

void come_as_five_threads(House house, spork::Value<int> rounds) {
    std::vector<std::jthread> threads;
    for (int index = 0; index < 5; ++index) {
        threads.emplace_back(visit_in_a_round, house, rounds);
    }
}

void join_all(std::vector<spork::Process>& processes, const House& house) {
    for (spork::Process& process : processes) {
        process.join();
    }
    const Inside inside = house.inside.value();
    spork::print("--- " + std::to_string(inside.ever) + " have been inside, at most " + std::to_string(inside.most) +
                 " at a time");
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const House house;
    std::vector<spork::Process> people;
    for (int person = 1; person <= 13; ++person) {
        people.emplace_back(visit, person, house).start();
    }
    join_all(people, house);

    const House next_day;
    const spork::Value<int> rounds;
    std::vector<spork::Process> groups;
    for (int index = 0; index < 4; ++index) {
        groups.emplace_back(come_as_five_threads, next_day, rounds).start();
    }
    join_all(groups, next_day);
}
