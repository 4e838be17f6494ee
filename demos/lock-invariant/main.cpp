// Two numbers that are always equal, as long as everybody changes and reads both under the lock. Without it the reader
// sees what must not be seen: a barrier holds the writer between its two steps. Under the lock it never does, however
// long it looks.
//
// E94. In Python the two are threads, and the program never ends.

#include <spork/spork.hpp>

#include <chrono>
#include <string>

using namespace std::chrono_literals;

struct Pair {
    int a;
    int b;
};

void write_without(spork::Value<Pair> pair, spork::Barrier step) {
    ++pair.get_obj().a;
    step.wait();  // the reader looks
    step.wait();
    ++pair.get_obj().b;
}

void write_under_the_lock(spork::Value<Pair> pair, spork::Event stop, spork::Barrier step) {
    step.wait();
    while (!stop.is_set()) {
        pair.with([](Pair& p) {
            ++p.a;
            ++p.b;
        });
    }
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::Value<Pair> loose;
    const spork::Barrier step(2);
    spork::Process writer(write_without, loose, step);
    writer.start();
    step.wait();
    const Pair seen = loose.get_obj();
    step.wait();
    writer.join();
    spork::print("without the lock: a = " + std::to_string(seen.a) + ", b = " + std::to_string(seen.b));

    const spork::Value<Pair> guarded;
    const spork::Event stop;
    spork::Process other(write_under_the_lock, guarded, stop, step);
    other.start();
    step.wait();
    int violations = 0;
    for (const auto end = std::chrono::steady_clock::now() + 200ms; std::chrono::steady_clock::now() < end;) {
        guarded.with([&](const Pair& p) { violations += p.a == p.b ? 0 : 1; });
    }
    stop.set();
    other.join();
    spork::print("under the lock: seen unequal " + std::to_string(violations) + " times");
}
