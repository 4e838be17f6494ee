// A queue with room for three items, in one process. It says exactly whether it is full, whether it is empty and how
// many items it has. What would have to wait can be asked not to: it is an exception then, or nothing.
//
// E22, C14. In Python, full() and empty() are not reliable by its own manual, an item may take a moment to arrive after
// put(), and qsize() raises NotImplementedError on macOS.

#include <spork/spork.hpp>

#include <string>

std::string yes_or_no(bool yes) {
    return yes ? "yes" : "no";
}

int main(int argc, char** argv) {
    spork::init(argc, argv);

    const spork::Queue<int> queue(3);
    for (int i = 0; i < 3; ++i) {
        queue.put(3);
    }
    spork::print("full: " + yes_or_no(queue.full()) + ", items: " + std::to_string(queue.qsize()));
    try {
        queue.put_nowait(4);
    } catch (const spork::Full&) {
        spork::print("no room for another one");
    }
    for (int i = 0; i < 3; ++i) {
        spork::print("got " + std::to_string(queue.get()));
    }
    spork::print("empty: " + yes_or_no(queue.empty()));
    try {
        queue.get_nowait();
    } catch (const spork::Empty&) {
        spork::print("nothing to get");
    }
    spork::print("tried to get one and did: " + yes_or_no(queue.try_get().has_value()));
}
