// What was written before an event is set can be read by whoever waited for it. The guard waits; the visitor says the
// password, in shared memory without a lock, and then sets the event: the guard reads the whole of it, in each of two
// hundred visits.
//
// E93. In Python the two are threads, and the password is a global.

#include <spork/spork.hpp>

#include <array>
#include <string>

constexpr int visits = 200;

/// A password long enough to be read half.
struct Password {
    std::array<int, 64> parts;
    bool operator==(const Password&) const = default;
};

Password password_of(int visit) {
    Password password;
    password.parts.fill(visit);
    return password;
}

/// What guard and visitor share.
struct Door {
    spork::RawValue<Password> password;
    spork::Event said;
    spork::Event checked;
};

void guard(Door door) {
    spork::print("guard: waits for the password");
    int right = 0;
    for (int visit = 1; visit <= visits; ++visit) {
        door.said.wait();
        right += door.password.get_obj() == password_of(visit) ? 1 : 0;
        door.said.clear();
        door.checked.set();
    }
    spork::print("guard: the password was right " + std::to_string(right) + " times, and wrong " +
                 std::to_string(visits - right) + " times");
}

void visitor(Door door) {
    spork::print("visitor: comes to the door");
    for (int visit = 1; visit <= visits; ++visit) {
        door.password.get_obj() = password_of(visit);
        door.said.set();
        door.checked.wait();
        door.checked.clear();
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const Door door;
    spork::Process waiting(guard, door);
    spork::Process coming(visitor, door);
    waiting.start();
    coming.start();
    waiting.join();
    coming.join();
}
