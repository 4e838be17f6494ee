// A karaoke room for two, and five people who want to sing: a semaphore with two units lets two in, the others wait
// at the door. The first two wait for each other inside, so that the room is full for certain; it never holds three.
// Nobody joins the singers, and they begin only when main has said its last line: the program waits for them at its
// end.
//
// E12. In Python, under spawn on POSIX, main's end removes the semaphore, and every singer dies with a
// FileNotFoundError; under fork, and on Windows, it works.

#include <spork/spork.hpp>

#include <QThread>

#include <algorithm>
#include <mutex>
#include <string>

constexpr int singers = 5;
constexpr int seats = 2;

struct Room {
    int entered = 0;
    int inside = 0;
    int most = 0;
    int left = 0;
};

void sing(int singer, spork::Event main_is_done, spork::Semaphore door, spork::Barrier full, spork::Value<Room> room) {
    const std::string name = "singer " + std::to_string(singer);
    main_is_done.wait();
    {
        const std::scoped_lock seat(door);
        const int entered = room.with([](Room& r) {
            r.most = std::max(r.most, ++r.inside);
            return ++r.entered;
        });
        spork::print(name + " comes in");
        if (entered <= seats) {
            full.wait();
        }
        QThread::msleep(30);
        spork::print(name + " goes out");
        room.with([](Room& r) { --r.inside; });
    }
    const Room seen = room.with([](Room& r) {
        ++r.left;
        return r;
    });
    if (seen.left == singers) {
        spork::print("the last one: most people inside: " + std::to_string(seen.most));
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::Event main_is_done;
    const spork::Semaphore door(seats);
    const spork::Barrier full(seats);
    const spork::Value<Room> room;
    for (int singer = 1; singer <= singers; ++singer) {
        spork::Process(sing, singer, main_is_done, door, full, room).start();
    }
    spork::print("main: ends, without join");
    main_is_done.set();
}
